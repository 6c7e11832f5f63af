package io.xg2g.packaging;

import io.xg2g.ffmpeg.Rendition;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.ingest.WindowCutter;
import io.xg2g.media.FragmentedMp4;
import io.xg2g.media.MalformedMedia;
import io.xg2g.media.VideoTrackInfo;
import io.xg2g.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Renditions of a window, stored in channel time.
 *
 * @param renditions highest first
 */
public record EncodedWindow(List<Encoded> renditions) {
    /** Name of the rendition that is the source's own video, without re-encoding. */
    public static final String PASSTHROUGH = "source";

    /**
     * Stored segment of one rendition.
     *
     * @param init init segment, equal for all windows of an epoch
     * @param time in 90 kHz ticks of channel time
     * @param duration in 90 kHz ticks
     */
    @SuppressWarnings("ArrayRecordComponent") // The array is never modified.
    record Encoded(
            String name,
            byte[] init,
            VideoTrackInfo track,
            double frameRate,
            Path file,
            int length,
            long time,
            long duration) {

        /** Returns the track of the rendition. */
        Track describe(long maxBitrate) {
            return new Track(
                    name,
                    Track.Kind.VIDEO,
                    track.codec(),
                    track.timescale(),
                    track.width(),
                    track.height(),
                    frameRate,
                    maxBitrate);
        }

        Segment segment() {
            return segment(false);
        }

        Segment segment(boolean slate) {
            return new Segment(time, duration, length, slate ? Segment.Content.SLATE : Segment.Content.SOURCE);
        }
    }

    public EncodedWindow {
        renditions = List.copyOf(renditions);
    }

    /**
     * Stores the passthrough of a window. Blocks on the disk.
     *
     * @param offset from the source's time to channel time, in 90 kHz ticks
     * @param directory the channel's directory
     */
    static Encoded passthrough(SourceWindow.Passthrough passthrough, SourceWindow window, long offset, Path directory)
            throws IOException, MalformedMedia {
        FragmentedMp4.Parts parts = complete(
                new FragmentedMp4.Parts(passthrough.init(), passthrough.media().clone()), window.duration());
        return store(PASSTHROUGH, parts, window.start() + offset, offset, window.duration(), directory);
    }

    /**
     * Stores the renditions of a window, all or none. Blocks on the disk.
     *
     * @param passthrough passthrough that is stored already; becomes the first rendition
     * @param renditions output of the transcoding unit, with times from {@link WindowCutter#START} on
     * @param offset from the source's time to channel time, in 90 kHz ticks
     * @param directory the channel's directory
     */
    static EncodedWindow of(
            @Nullable Encoded passthrough, List<Rendition> renditions, SourceWindow window, long offset, Path directory)
            throws IOException, MalformedMedia {
        List<Encoded> stored = new ArrayList<>();
        boolean complete = false;
        try {
            for (Rendition rendition : renditions) {
                stored.add(store(rendition, window, offset, directory));
            }
            complete = true;
        } finally {
            if (!complete) {
                // Nobody would know of them, and delete them.
                for (Encoded each : stored) {
                    Files.deleteIfExists(each.file());
                }
            }
        }
        return new EncodedWindow(
                Stream.concat(Stream.ofNullable(passthrough), stored.stream()).toList());
    }

    private static Encoded store(Rendition rendition, SourceWindow window, long offset, Path directory)
            throws IOException, MalformedMedia {
        long begin = window.start() + offset;
        FragmentedMp4.Parts parts =
                complete(FragmentedMp4.split(Files.readAllBytes(rendition.file())), window.duration());
        return store(rendition.name(), parts, begin, begin - WindowCutter.START, window.duration(), directory);
    }

    /** Returns the parts with the duration of the window, which need not be that of whole frames; a slate is a single frame. */
    private static FragmentedMp4.Parts complete(FragmentedMp4.Parts parts, long duration) throws MalformedMedia {
        return FragmentedMp4.fragment(parts.media()).duration() == duration
                ? parts
                : new FragmentedMp4.Parts(parts.init(), FragmentedMp4.lasting(parts.media(), duration));
    }

    private static Encoded store(
            String name, FragmentedMp4.Parts parts, long begin, long shift, long duration, Path directory)
            throws IOException, MalformedMedia {
        byte[] media = parts.media();
        FragmentedMp4.rebase(media, shift, ChannelTime.seconds(begin));
        FragmentedMp4.Fragment fragment = FragmentedMp4.fragment(media);
        VideoTrackInfo track = FragmentedMp4.track(parts.init());
        Path file = directory.resolve(name + "-" + begin + ".m4s");
        WholeFile.write(file, media);
        double rate = (double) fragment.samples() * track.timescale() / fragment.duration();
        return new Encoded(name, parts.init(), track, rate, file, media.length, begin, duration);
    }
}
