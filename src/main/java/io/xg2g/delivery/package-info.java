/** HTTP delivery of live channels: HLS, DASH, continuous MPEG-TS, segments and preview images. */
@NullMarked
package io.xg2g.delivery;

import org.jspecify.annotations.NullMarked;
