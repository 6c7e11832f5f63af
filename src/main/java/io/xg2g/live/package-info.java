/** Live channels: sources cut into windows, windows turned into renditions by the dispatcher, renditions served in order. */
@NullMarked
package io.xg2g.live;

import org.jspecify.annotations.NullMarked;
