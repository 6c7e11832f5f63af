/** Reading and checking of configured values, and the exit codes of the program. */
@NullMarked
package io.xg2g.config;

import org.jspecify.annotations.NullMarked;
