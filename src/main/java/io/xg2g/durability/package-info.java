/** The queues of the program that outlive it: their directories, metrics and reports. */
@NullMarked
package io.xg2g.durability;

import org.jspecify.annotations.NullMarked;
