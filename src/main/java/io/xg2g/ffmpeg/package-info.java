/** Transcoding engine: media inspection, encoder probes, and ffmpeg child processes that transcode one unit into renditions. */
@NullMarked
package io.xg2g.ffmpeg;

import org.jspecify.annotations.NullMarked;
