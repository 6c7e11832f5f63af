package io.xg2g.packaging;

import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AudioFrame;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.Ticks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Output of one segmenter run, as far as it is needed for packaging. Guarded by its {@link Packager}. */
final class SourceRun {
    /** Age above which a window is not of now, beside its duration, in nanoseconds: the source is away. */
    private static final long MAX_AGE = TimeUnit.SECONDS.toNanos(10);

    /** How much later than video audio may be written, in 90 kHz ticks. */
    private static final long MAX_LATE_AUDIO = 2L * Ticks.PER_SECOND;

    /** Latest windows, oldest first, for a fast start. */
    final Deque<SourceWindow> recent = new ArrayDeque<>();

    /** Audio tracks, which windows wait for; the first one is the default. */
    final AudioTracks tracks;

    /** Whether the passthrough is published. */
    PassthroughOffer passthrough = PassthroughOffer.INITIAL;

    /** Whether the run has ended. */
    boolean ended;

    private final List<AudioBuffer> audio;

    SourceRun(List<AudioTrackInfo> audio) {
        this.tracks = AudioTracks.of(audio);
        this.audio = Stream.generate(AudioBuffer::new).limit(audio.size()).toList();
    }

    /**
     * Decides whether the passthrough is published from a window on.
     *
     * @param otherFormat whether the source's video has changed its format
     */
    void offerPassthrough(SourceWindow window, boolean otherFormat) {
        PassthroughOffer before = otherFormat ? PassthroughOffer.INITIAL : passthrough;
        SourceWindow.Video video = window.video();
        boolean has = video != null && video.passthrough() != null;
        passthrough = PassthroughOffer.counts(window) ? before.next(has) : before;
    }

    /** Returns the retained windows that show what the source sends now, oldest first. */
    Stream<SourceWindow> fresh(long now) {
        return recent.stream().filter(window -> now - window.readyAt() <= MAX_AGE + Ticks.toNanos(window.duration()));
    }

    boolean hasAudio() {
        return !audio.isEmpty();
    }

    void add(int track, AudioFrame frame) {
        audio.get(track).add(frame);
    }

    /**
     * Takes the frames of a track with {@code from <= pts < to}, each once: the last window of a run can begin before slates that had
     * its audio.
     */
    List<AudioFrame> take(int track, long from, long to) {
        return audio.get(track).take(from, to);
    }

    /** Permits that the audio of the retained windows is taken once more. */
    void rewind() {
        audio.forEach(AudioBuffer::rewind);
    }

    /** Returns whether all frames of the default track before the given time were received. */
    boolean reaches(long pts) {
        return audio.getFirst().reaches(pts);
    }

    /** Returns whether the default track has stopped long before a window: its frames need not be written as soon as those of video. */
    boolean hasStoppedBefore(SourceWindow window) {
        return audio.getFirst().hasStoppedBefore(window.start() - Math.max(window.duration(), MAX_LATE_AUDIO));
    }

    /** Returns whether all frames of a window were received of the other tracks, except of those that stopped before it. */
    boolean othersReach(SourceWindow window) {
        return audio.stream()
                .skip(1)
                .allMatch(track -> track.reaches(window.end()) || track.hasStoppedBefore(window.start()));
    }
}
