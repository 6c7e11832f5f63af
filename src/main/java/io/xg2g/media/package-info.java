/** Reads and writes the containers that live media travels in: MPEG-TS, ADTS and fragmented MP4. No I/O, no framework. */
@NullMarked
package io.xg2g.media;

import org.jspecify.annotations.NullMarked;
