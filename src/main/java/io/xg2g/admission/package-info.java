/** Rate limits by client on new work, new playbacks and the requests of a playback; limits on request bodies. */
@NullMarked
package io.xg2g.admission;

import org.jspecify.annotations.NullMarked;
