package io.xg2g.live;

import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.media.AdtsHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run of windows on one clock, from the side that makes it. Guarded by its {@link Packager}. */
final class OpenEpoch {
    /** What turns the source's time into channel time, in 90 kHz ticks. */
    final long offset;

    /** What is encoded, highest rung first; empty for sound only, or where the original is all that is needed. */
    final List<RenditionSpec> ladder;

    /** Whether the source's own video is the first rendition. */
    final boolean original;

    final SourceRun run;

    /** How long a whole window is, in 90 kHz ticks; the last one of a source can be shorter. */
    final long windowDuration;

    /** When the window that was taken last is due, as {@link System#nanoTime}. */
    private long due = Long.MIN_VALUE;

    /** The tracks as they are published; empty before the first window. */
    private List<Track> tracks = List.of();

    private Map<String, byte[]> inits = Map.of();
    private @Nullable AudioRendition audio;

    OpenEpoch(long offset, long windowDuration, List<RenditionSpec> ladder, boolean original, SourceRun run) {
        this.offset = offset;
        this.windowDuration = windowDuration;
        this.ladder = List.copyOf(ladder);
        this.original = original;
        this.run = run;
    }

    /**
     * When the next window is due: now, or a window's length after the one before, where several come at once.
     *
     * @param duration of the window in 90 kHz ticks
     */
    long due(long now, long duration) {
        due = due == Long.MIN_VALUE ? now : Math.max(now, due + duration * 100_000 / 9);
        return due;
    }

    List<Track> tracks() {
        return tracks;
    }

    Map<String, byte[]> inits() {
        return inits;
    }

    boolean begun() {
        return !tracks.isEmpty();
    }

    @Nullable
    AudioRendition audio() {
        return audio;
    }

    /** Whether a window does not fit to the published tracks, so that they have to begin anew. */
    boolean differs(@Nullable EncodedWindow encoded, boolean withAudio) {
        if (!begun() || (withAudio && audio == null)) {
            return true;
        }
        return encoded != null
                && encoded.renditions().stream().anyMatch(r -> !Arrays.equals(inits.get(r.name()), r.init()));
    }

    /** Takes the tracks from a window. */
    void begin(@Nullable EncodedWindow encoded, Optional<AdtsHeader> header) {
        Map<String, byte[]> all = new HashMap<>();
        List<Track> found = new ArrayList<>();
        if (encoded != null) {
            for (EncodedWindow.Encoded rendition : encoded.renditions()) {
                all.put(rendition.name(), rendition.init());
                found.add(new Track(
                        rendition.name(),
                        Track.Kind.VIDEO,
                        rendition.track().codec(),
                        rendition.track().timescale(),
                        rendition.track().width(),
                        rendition.track().height(),
                        rendition.frameRate(),
                        ceiling(rendition)));
            }
        }
        if (header.isPresent() && audio == null) {
            audio = new AudioRendition(header.get(), offset);
        }
        AudioRendition sound = audio;
        if (sound != null) {
            all.put(AudioRendition.NAME, sound.init());
            found.add(new Track(
                    AudioRendition.NAME, Track.Kind.AUDIO, sound.codec(), sound.timescale(), 0, 0, 0, 160_000));
        }
        tracks = List.copyOf(found);
        inits = Map.copyOf(all);
    }

    /**
     * What no segment exceeds, in bits a second: for what is encoded, a quarter more than its ceiling, which the encoder
     * may buffer; for the original, half more than its first segment has.
     */
    private long ceiling(EncodedWindow.Encoded rendition) {
        return ladder.stream()
                .filter(spec -> spec.name().equals(rendition.name()))
                .mapToLong(spec -> spec.bitrate() * 5L / 4)
                .findFirst()
                .orElseGet(() -> rendition.length() * 8L * 3 / 4);
    }
}
