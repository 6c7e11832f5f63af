package io.xg2g.packaging;

import io.xg2g.ffmpeg.ExpectedRendition;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AdtsHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run of windows on one clock, from the side that makes it. Guarded by its {@link Packager}. */
final class EpochBuilder {
    /** What turns the source's time into channel time, in 90 kHz ticks. */
    final long offset;

    /** What is encoded, highest rung first; empty for sound only, or where the passthrough is all that is needed. */
    final List<RenditionSpec> ladder;

    /** Whether the source's own video is the first rendition. */
    final boolean passthrough;

    final SourceRun run;

    /**
     * What the ladder's tracks will be, so that windows can be published before they are encoded; empty where that cannot be
     * said, or nothing can be published so early.
     */
    final Optional<List<Track>> expected;

    /** How long a whole window is, in 90 kHz ticks; the last one of a source can be shorter. */
    final long windowDuration;

    /** When the window that was taken last is due, as {@link System#nanoTime}. */
    private long due = Long.MIN_VALUE;

    /** The tracks as they are published; empty before the first window. */
    private List<Track> tracks = List.of();

    private Map<String, byte[]> inits = Map.of();
    private @Nullable AudioRendition audio;
    private long start;

    /** Whether a rendition came that did not fit. */
    private boolean outdated;

    private EpochBuilder(
            long offset, SourceWindow window, List<RenditionSpec> ladder, boolean passthrough, SourceRun run) {
        this.offset = offset;
        this.windowDuration = window.duration();
        this.ladder = List.copyOf(ladder);
        this.passthrough = passthrough;
        this.run = run;
        SourceWindow.Video video = window.video();
        this.expected = passthrough && video != null ? expected(video, ladder) : Optional.empty();
    }

    /** Begins with the source's own video, and what is smaller, or with the whole ladder. */
    static EpochBuilder of(SourceWindow window, long offset, Profiles profiles, EncodingShare share, SourceRun run) {
        SourceWindow.Video video = window.video();
        List<RenditionSpec> ladder =
                video == null ? List.of() : profiles.ladderFor(video.media().video());
        SourceWindow.Passthrough passthrough = video == null || !run.passthrough ? null : video.passthrough();
        if (passthrough != null) {
            ladder = ladder.stream()
                    .filter(spec -> spec.height() < passthrough.track().height())
                    .toList();
        }
        if (video != null && !ladder.isEmpty()) {
            ladder = share.ladder(ladder, video);
        }
        return new EpochBuilder(offset, window, ladder, passthrough != null, run);
    }

    private static Optional<List<Track>> expected(SourceWindow.Video video, List<RenditionSpec> ladder) {
        List<Track> tracks = new ArrayList<>();
        for (RenditionSpec spec : ladder) {
            ExpectedRendition.of(spec, video.media().video(), video.grid())
                    .ifPresent(rendition -> tracks.add(new Track(
                            spec.name(),
                            Track.Kind.VIDEO,
                            rendition.codec(),
                            ChannelTime.TICKS,
                            rendition.width(),
                            rendition.height(),
                            rendition.frameRate(),
                            ceiling(spec))));
        }
        return tracks.size() == ladder.size() ? Optional.of(tracks) : Optional.empty();
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

    /** Whether a window's own video is missing, of an epoch that offers it; the last one of a source is cut short anyway. */
    boolean loses(SourceWindow window) {
        SourceWindow.Video video = window.video();
        return passthrough && window.duration() >= windowDuration && video != null && video.passthrough() == null;
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

    /** When it began as it is published, in 90 kHz ticks of channel time; meaningless before. */
    long start() {
        return start;
    }

    /** Whether what there is of a window does not fit to the published tracks, so that they have to begin anew. */
    boolean differs(List<EncodedWindow.Encoded> made, boolean withAudio) {
        return !begun()
                || outdated
                || (withAudio && audio == null)
                || made.stream().anyMatch(rendition -> !isExpected(rendition) && !fits(rendition));
    }

    private boolean isExpected(EncodedWindow.Encoded rendition) {
        return expected.isPresent() && !inits.containsKey(rendition.name()) && hasTrack(rendition.name());
    }

    private boolean hasTrack(String name) {
        return tracks.stream().anyMatch(track -> track.name().equals(name));
    }

    private boolean fits(EncodedWindow.Encoded rendition) {
        return Arrays.equals(inits.get(rendition.name()), rendition.init());
    }

    /**
     * Takes the tracks from what there is of a window, and those that are awaited as they are expected.
     *
     * @param at when the window begins, in 90 kHz ticks of channel time
     */
    void begin(List<EncodedWindow.Encoded> made, Optional<AdtsHeader> header, long at) {
        start = at;
        outdated = false;
        Map<String, byte[]> all = new HashMap<>();
        List<Track> found = new ArrayList<>();
        for (EncodedWindow.Encoded rendition : made) {
            all.put(rendition.name(), rendition.init());
            found.add(track(rendition));
        }
        expected.orElse(List.of()).stream()
                .filter(track -> !all.containsKey(track.name()))
                .forEach(found::add);
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
     * Takes a rendition that was awaited.
     *
     * @return whether it fits to what is published; after one that does not, the next window begins anew
     */
    boolean take(EncodedWindow.Encoded rendition) {
        if (isExpected(rendition)) {
            Map<String, byte[]> all = new HashMap<>(inits);
            all.put(rendition.name(), rendition.init());
            inits = Map.copyOf(all);
            tracks = tracks.stream()
                    .map(known -> known.name().equals(rendition.name()) ? track(rendition) : known)
                    .toList();
        }
        outdated |= !fits(rendition);
        return fits(rendition);
    }

    private Track track(EncodedWindow.Encoded rendition) {
        return new Track(
                rendition.name(),
                Track.Kind.VIDEO,
                rendition.track().codec(),
                rendition.track().timescale(),
                rendition.track().width(),
                rendition.track().height(),
                rendition.frameRate(),
                ceiling(rendition));
    }

    /** For the passthrough, half more than its first segment has. */
    private long ceiling(EncodedWindow.Encoded rendition) {
        return ladder.stream()
                .filter(spec -> spec.name().equals(rendition.name()))
                .findFirst()
                .map(EpochBuilder::ceiling)
                .orElseGet(() -> rendition.length() * 8L * 3 / 4);
    }

    /** What no segment exceeds, in bits a second: a quarter more than the encoder's ceiling, which it may buffer. */
    private static long ceiling(RenditionSpec spec) {
        return spec.bitrate() * 5L / 4;
    }
}
