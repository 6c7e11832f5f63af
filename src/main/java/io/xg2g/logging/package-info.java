/** What every record of the log passes on its way to a handler, and bounds on the number of lines. */
@NullMarked
package io.xg2g.logging;

import org.jspecify.annotations.NullMarked;
