package io.xg2g.packaging;

import io.xg2g.ffmpeg.Rendition;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.MalformedMedia;
import io.xg2g.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Store of a channel's segments, in channel time. Blocks on the disk; must not be called under a lock. Thread-safe. */
interface SegmentStore {

    /** Stores a window's passthrough. */
    EncodedWindow.Encoded passthrough(PendingWindow window, SourceWindow.Passthrough passthrough)
            throws IOException, MalformedMedia;

    /** Stores the output of a window's unit; the passthrough, which is stored already, becomes the first rendition. */
    EncodedWindow renditions(PendingWindow window, List<Rendition> renditions) throws IOException, MalformedMedia;

    /**
     * Stores an audio segment.
     *
     * @param track name of the rendition
     * @param time in samples of channel time
     */
    Path audio(String track, long time, byte[] segment) throws IOException;

    /** Store in a channel's directory. */
    record InDirectory(Path directory) implements SegmentStore {
        @Override
        public EncodedWindow.Encoded passthrough(PendingWindow window, SourceWindow.Passthrough passthrough)
                throws IOException, MalformedMedia {
            return EncodedWindow.passthrough(passthrough, window.window, window.epoch.offset, directory);
        }

        @Override
        public EncodedWindow renditions(PendingWindow window, List<Rendition> renditions)
                throws IOException, MalformedMedia {
            return EncodedWindow.of(
                    window.storedPassthrough, renditions, window.window, window.epoch.offset, directory);
        }

        @Override
        public Path audio(String track, long time, byte[] segment) throws IOException {
            return WholeFile.write(directory.resolve(track + "-" + time + ".m4s"), segment);
        }
    }
}
