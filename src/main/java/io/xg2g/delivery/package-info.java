/** Delivery of live channels: HLS, DASH, continuous MPEG-TS, segments and previews over HTTP. */
@NullMarked
package io.xg2g.delivery;

import org.jspecify.annotations.NullMarked;
