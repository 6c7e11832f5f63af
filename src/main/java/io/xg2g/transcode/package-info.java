/** The request resource: media bytes in over HTTP, renditions out, at once or later. */
@NullMarked
package io.xg2g.transcode;

import org.jspecify.annotations.NullMarked;
