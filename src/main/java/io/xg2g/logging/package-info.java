/** The filter of all log handlers, and rate limiters for log lines. */
@NullMarked
package io.xg2g.logging;

import org.jspecify.annotations.NullMarked;
