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
import org.jspecify.annotations.Nullable;

/**
 * What a unit made of a window, in channel time and under its published names.
 *
 * @param renditions best first
 */
public record EncodedWindow(List<Encoded> renditions) {
    /** The name of the rendition that is the source's own video. */
    public static final String PASSTHROUGH = "source";

    /**
     * One rendition's segment.
     *
     * @param init its init segment, the same for every window of an epoch
     * @param time in 90 kHz ticks of channel time
     * @param duration in 90 kHz ticks
     */
    @SuppressWarnings("ArrayRecordComponent") // Not changed by anybody.
    record Encoded(
            String name,
            byte[] init,
            VideoTrackInfo track,
            double frameRate,
            Path file,
            int length,
            long time,
            long duration) {

        Segment segment() {
            return new Segment(time, duration, length, false);
        }
    }

    public EncodedWindow {
        renditions = List.copyOf(renditions);
    }

    /**
     * Puts a window's own video in its place.
     *
     * @param offset what turns the source's time into channel time
     * @param store the channel's directory
     */
    static Encoded passthrough(SourceWindow.Passthrough passthrough, SourceWindow window, long offset, Path store)
            throws IOException, MalformedMedia {
        FragmentedMp4.Parts parts =
                new FragmentedMp4.Parts(passthrough.init(), passthrough.media().clone());
        return placed(PASSTHROUGH, parts, window.start() + offset, offset, window.duration(), store);
    }

    /**
     * Puts a window's renditions in their places.
     *
     * @param passthrough the window's own video, which is there already; it comes first
     * @param renditions what a unit made; its times begin at {@link WindowCutter#START}
     * @param offset what turns the source's time into channel time
     * @param store the channel's directory
     */
    static EncodedWindow of(
            @Nullable Encoded passthrough, List<Rendition> renditions, SourceWindow window, long offset, Path store)
            throws IOException, MalformedMedia {
        long begin = window.start() + offset;
        List<Encoded> all = new ArrayList<>();
        if (passthrough != null) {
            all.add(passthrough);
        }
        for (Rendition rendition : renditions) {
            FragmentedMp4.Parts parts = FragmentedMp4.split(Files.readAllBytes(rendition.file()));
            all.add(placed(rendition.name(), parts, begin, begin - WindowCutter.START, window.duration(), store));
        }
        return new EncodedWindow(all);
    }

    private static Encoded placed(
            String name, FragmentedMp4.Parts parts, long begin, long shift, long duration, Path store)
            throws IOException, MalformedMedia {
        byte[] media = parts.media();
        FragmentedMp4.rebase(media, shift, ChannelTime.seconds(begin));
        FragmentedMp4.Fragment fragment = FragmentedMp4.fragment(media);
        VideoTrackInfo track = FragmentedMp4.track(parts.init());
        Path file = store.resolve(name + "-" + begin + ".m4s");
        WholeFile.write(file, media);
        double rate = (double) fragment.samples() * track.timescale() / fragment.duration();
        return new Encoded(name, parts.init(), track, rate, file, media.length, begin, duration);
    }
}
