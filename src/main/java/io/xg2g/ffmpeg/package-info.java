/** The engine: inspects media and runs ffmpeg child processes that turn one unit of video into renditions. */
@NullMarked
package io.xg2g.ffmpeg;

import org.jspecify.annotations.NullMarked;
