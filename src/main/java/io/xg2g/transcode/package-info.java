/** HTTP resource for transcoding uploaded media, synchronously and asynchronously. */
@NullMarked
package io.xg2g.transcode;

import org.jspecify.annotations.NullMarked;
