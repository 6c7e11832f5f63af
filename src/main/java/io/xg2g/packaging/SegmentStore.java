package io.xg2g.packaging;

import io.xg2g.ffmpeg.Rendition;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.FragmentedMp4;
import io.xg2g.media.HeldPicture;
import io.xg2g.media.MalformedMedia;
import io.xg2g.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
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

    /**
     * Stores a segment that shows the last picture of another one; a slate is repeated.
     *
     * @param begin in 90 kHz ticks of channel time
     * @param duration in 90 kHz ticks
     */
    LastPictures.Picture held(String track, LastPictures.Picture last, long begin, long duration)
            throws IOException, MalformedMedia;

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

        @Override
        public LastPictures.Picture held(String track, LastPictures.Picture last, long begin, long duration)
                throws IOException, MalformedMedia {
            byte[] media = Files.readAllBytes(last.file());
            long sequence = ChannelTime.seconds(begin);
            if (last.isSlate() && last.segment().duration() == duration) {
                FragmentedMp4.rebase(media, begin - last.segment().time(), sequence);
            } else {
                media = HeldPicture.of(media, sequence, begin, duration);
            }
            Segment.Content content = last.isSlate() ? Segment.Content.SLATE : Segment.Content.HELD;
            return new LastPictures.Picture(
                    new Segment(begin, duration, media.length, content),
                    WholeFile.write(directory.resolve(track + "-" + begin + "-held.m4s"), media));
        }
    }
}
