/** Bounded, fair priority queue in front of the encoding slots of the devices. */
@NullMarked
package io.xg2g.dispatch;

import org.jspecify.annotations.NullMarked;
