package io.xg2g.live;

import io.xg2g.ffmpeg.Rendition;
import io.xg2g.media.FragmentedMp4;
import io.xg2g.media.MalformedMedia;
import io.xg2g.media.VideoTrackInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a unit made of a window, in channel time and under its published names.
 *
 * @param renditions best first
 */
record EncodedWindow(List<Encoded> renditions) {
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

    EncodedWindow {
        renditions = List.copyOf(renditions);
    }

    /**
     * Puts the renditions of a finished unit in their places.
     *
     * @param begin of the window in channel time; the unit's own times begin at {@link WindowCutter#START}
     * @param store the channel's directory
     */
    static EncodedWindow of(List<Rendition> renditions, long begin, Path store) throws IOException, MalformedMedia {
        List<Encoded> all = new ArrayList<>();
        for (Rendition rendition : renditions) {
            FragmentedMp4.Parts parts = FragmentedMp4.split(Files.readAllBytes(rendition.file()));
            byte[] media = parts.media();
            FragmentedMp4.rebase(media, begin - WindowCutter.START, begin / 90_000);
            FragmentedMp4.Fragment fragment = FragmentedMp4.fragment(media);
            VideoTrackInfo track = FragmentedMp4.track(parts.init());
            Path file = store.resolve(rendition.name() + "-" + fragment.baseTime() + ".m4s");
            Files.write(file, media);
            double rate = (double) fragment.samples() * track.timescale() / fragment.duration();
            all.add(new Encoded(
                    rendition.name(),
                    parts.init(),
                    track,
                    rate,
                    file,
                    media.length,
                    fragment.baseTime(),
                    fragment.duration()));
        }
        return new EncodedWindow(all);
    }
}
