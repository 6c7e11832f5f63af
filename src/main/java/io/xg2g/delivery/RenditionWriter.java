package io.xg2g.delivery;

import io.xg2g.channel.ViewerMemory;
import io.xg2g.media.AacFrame;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.MalformedMedia;
import io.xg2g.media.TsMuxer;
import io.xg2g.packaging.AudioRendition;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.SegmentFiles;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.packaging.Window;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writer of one viewer's transport stream: the published windows in their order, from the second newest one on, each in the highest
 * available rendition up to a height. A viewer that is so slow that the media of its next window is not retained any more goes on
 * with the second newest one. Not thread-safe.
 */
final class RenditionWriter {
    /** Copies of a segment in memory: one read from the file, one being sent. */
    private static final long COPIES = 2;

    private final SegmentTimeline timeline;
    private final int height;
    private final Optional<AudioTrackInfo> audio;
    private long next;
    private byte @Nullable [] init;
    private @Nullable TsMuxer muxer;

    /**
     * Creates the writer of a stream that begins.
     *
     * @param height maximum height of the video, in pixels
     * @param audio chosen audio track; the default one replaces it while it is missing, or if none is chosen
     * @param first windows that are published at the beginning
     */
    RenditionWriter(SegmentTimeline timeline, int height, Optional<AudioTrackInfo> audio, Timeline first) {
        this.timeline = timeline;
        this.height = height;
        this.audio = audio;
        this.next = secondNewest(first);
    }

    /** Returns whether a transport stream can carry a track of video: AV1 is not standardized. */
    static boolean carries(Track track) {
        return track.isVideo() && !track.codec().startsWith("av01");
    }

    /** Returns the number of the second newest window; one before all numbers if none is published. */
    private static long secondNewest(Timeline published) {
        return Math.max(SegmentTimeline.last(published), Long.MIN_VALUE + 2) - 1;
    }

    /** Returns the number of the next window. */
    long next() {
        return next;
    }

    /** Writes the published windows from the next one on. */
    void write(Timeline published, OutputStream out) throws IOException {
        for (Epoch epoch : published.epochs()) {
            for (Window window : epoch.windows()) {
                if (window.number() >= next) {
                    boolean retained = write(epoch, window, out);
                    next = retained ? window.number() + 1 : Math.max(window.number() + 1, secondNewest(published));
                }
            }
        }
    }

    /** Writes a window unless it is a gap; returns false if its media is not retained any more. */
    private boolean write(Epoch epoch, Window window, OutputStream out) throws IOException {
        int chosen = choose(epoch, window);
        if (chosen < 0) {
            return true;
        }
        String track = epoch.tracks().get(chosen).name();
        Optional<SegmentFiles.Stored> segment =
                timeline.segment(track, window.segments().get(chosen).time());
        Optional<byte[]> head = timeline.init(track, epoch.start());
        // Less of it is retained than of the video, which would go on without audio.
        Optional<Map<String, List<AacFrame>>> frames = timeline.audio(window.number());
        if (segment.isEmpty() || head.isEmpty() || frames.isEmpty()) {
            return false;
        }
        long held = COPIES * segment.get().length();
        if (!ViewerMemory.OF_THE_HEAP.reserve(held)) {
            throw new IOException("no memory left for segments of slow viewers: bytes=" + held);
        }
        try {
            byte[] video = Files.readAllBytes(segment.get().file());
            out.write(muxer(head.get(), epoch).segment(video, audio(epoch, frames.get())));
            return true;
        } catch (NoSuchFileException deleted) {
            return false;
        } catch (MalformedMedia bug) {
            throw new IOException("published segment is malformed", bug);
        } finally {
            ViewerMemory.OF_THE_HEAP.release(held);
        }
    }

    private List<AacFrame> audio(Epoch epoch, Map<String, List<AacFrame>> frames) {
        // Names of renditions belong to other tracks in other epochs.
        List<AacFrame> wanted = audio.flatMap(chosen -> epoch.tracks().stream()
                        .filter(track -> !track.isVideo()
                                && track.audioOrUnknown().info().equals(chosen))
                        .findFirst())
                .map(track -> frames.getOrDefault(track.name(), List.of()))
                .orElse(List.of());
        return wanted.isEmpty() ? frames.getOrDefault(AudioRendition.NAME, List.of()) : wanted;
    }

    private TsMuxer muxer(byte[] head, Epoch epoch) throws MalformedMedia {
        boolean hasAudio = epoch.tracks().stream().anyMatch(track -> track.kind() == Track.Kind.AUDIO);
        TsMuxer known = muxer;
        if (known == null) {
            known = new TsMuxer(head, hasAudio);
            muxer = known;
        } else if (!Arrays.equals(init, head)) {
            known.discontinuity(head);
        }
        if (hasAudio) {
            known.addAudio();
        }
        init = head;
        return known;
    }

    /**
     * Returns the index of the highest rendition up to the height, or else of the lowest, among those of the source; of slates and
     * held pictures if there are none; -1 if all are gaps, or cannot be carried.
     */
    private int choose(Epoch epoch, Window window) {
        int best = -1;
        for (int i = 0; i < epoch.tracks().size(); i++) {
            Track track = epoch.tracks().get(i);
            if (!carries(track) || window.segments().get(i).gap()) {
                continue;
            }
            if (best < 0 || better(epoch, window, i, best)) {
                best = i;
            }
        }
        return best;
    }

    /** Returns whether a rendition is better than another one: by what it shows, then by its height. */
    private boolean better(Epoch epoch, Window window, int candidate, int best) {
        Segment.Content shown = window.segments().get(candidate).content();
        int preferred = shown.compareTo(window.segments().get(best).content());
        return preferred < 0
                || (preferred == 0
                        && better(
                                epoch.tracks().get(candidate).height(),
                                epoch.tracks().get(best).height()));
    }

    private boolean better(int candidate, int best) {
        return best > height ? candidate < best : candidate <= height && candidate > best;
    }
}
