/** Readers and writers of MPEG-TS, ADTS and MP4, in memory, and strict readers of complete files. Uses no framework. */
@NullMarked
package io.xg2g.media;

import org.jspecify.annotations.NullMarked;
