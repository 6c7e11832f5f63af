package io.xg2g.packaging;

import io.xg2g.ffmpeg.ExpectedRendition;
import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AudioFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builder of one epoch: maps the source's time to channel time and holds the published tracks. Guarded by its
 * {@link Packager}.
 */
final class EpochBuilder {
    /** From the source's time to channel time, in 90 kHz ticks. */
    final long offset;

    /** Complete ladder, highest rung first; empty for a source without video, or if the passthrough suffices. */
    final List<RenditionSpec> ladder;

    /** Rungs of the ladder that are encoded, highest first. */
    final List<RenditionSpec> rungs;

    /** Whether the passthrough is the first rendition. */
    final boolean passthrough;

    final SourceRun run;

    /**
     * Expected tracks of the ladder, which allow publication of windows before they are encoded; empty if they cannot
     * be predicted or there is no passthrough to publish.
     */
    final Optional<List<Track>> expected;

    /** Format of the source's video; empty without video. */
    private final Optional<MediaInfo> media;

    /** Due time of the latest window, as {@link System#nanoTime}. */
    private long due = Long.MIN_VALUE;

    /** Published tracks; empty before the first window. */
    private List<Track> tracks = List.of();

    private Map<String, byte[]> inits = Map.of();
    private final AudioRenditions audio;
    private long start;

    /** Whether the epoch follows one that is played, without a break. */
    private boolean follows;

    /** Whether a rendition did not match its published track. */
    private boolean outdated;

    private EpochBuilder(
            long offset,
            SourceWindow window,
            List<RenditionSpec> ladder,
            List<RenditionSpec> rungs,
            boolean passthrough,
            SourceRun run,
            @Nullable EpochBuilder previous) {
        this.offset = offset;
        this.ladder = List.copyOf(ladder);
        this.rungs = List.copyOf(rungs);
        this.passthrough = passthrough;
        this.run = run;
        // No frame is repeated, and none is missing, if the time continues.
        this.audio = previous != null && previous.run == run && previous.offset == offset
                ? previous.audio
                : new AudioRenditions(run.tracks, offset);
        SourceWindow.Video video = window.video();
        this.media = Optional.ofNullable(video).map(SourceWindow.Video::media);
        this.expected = passthrough && video != null ? expected(video, rungs) : Optional.empty();
    }

    /**
     * Creates the epoch of a window: the passthrough and the rungs below it, or the complete ladder without
     * passthrough.
     *
     * @param previous epoch of the run before this one, if any
     */
    static EpochBuilder of(
            SourceWindow window, long offset, Profiles profiles, SourceRun run, @Nullable EpochBuilder previous) {
        SourceWindow.Video video = window.video();
        List<RenditionSpec> ladder =
                video == null ? List.of() : profiles.ladderFor(video.media().video());
        SourceWindow.Passthrough passthrough = video == null || !run.passthrough.offered() ? null : video.passthrough();
        if (passthrough != null) {
            ladder = ladder.stream()
                    .filter(spec -> spec.height() < passthrough.track().height())
                    .toList();
        }
        return new EpochBuilder(offset, window, ladder, ladder, passthrough != null, run, previous);
    }

    /** Returns the epoch that follows without a break when other rungs are encoded from a window on; this one if they are the same. */
    EpochBuilder encoding(List<RenditionSpec> others, SourceWindow window) {
        if (others.equals(rungs)) {
            return this;
        }
        EpochBuilder next = new EpochBuilder(offset, window, ladder, others, passthrough, run, this);
        next.due = due;
        next.follows = isPlaying();
        return next;
    }

    private static Optional<List<Track>> expected(SourceWindow.Video video, List<RenditionSpec> rungs) {
        MediaInfo.Video source = video.media().video();
        FrameGrid grid = video.grid().fitting(source, rungs);
        List<Track> tracks = new ArrayList<>();
        for (RenditionSpec spec : rungs) {
            ExpectedRendition.of(spec, source, grid)
                    .ifPresent(rendition -> tracks.add(new Track(
                            spec.name(),
                            Track.Kind.VIDEO,
                            rendition.codec(),
                            ChannelTime.TICKS_PER_SECOND,
                            rendition.width(),
                            rendition.height(),
                            rendition.frameRate(),
                            maxBitrate(spec))));
        }
        return tracks.size() == rungs.size() ? Optional.of(tracks) : Optional.empty();
    }

    /**
     * Returns the due time of the next window: now, or one window duration after the previous one if several arrive in
     * a burst.
     *
     * @param duration of the window in 90 kHz ticks
     */
    long due(long now, long duration) {
        due = due == Long.MIN_VALUE ? now : Math.max(now, due + duration * 100_000 / 9);
        return due;
    }

    /** Returns whether the passthrough is no longer published, or published again, from a window on. */
    boolean isOtherOffer(SourceWindow window) {
        return PassthroughOffer.counts(window) && passthrough != run.passthrough.offered();
    }

    /** Returns whether the source's video has changed its format. */
    boolean isOtherFormat(SourceWindow window) {
        return !media.equals(Optional.ofNullable(window.video()).map(SourceWindow.Video::media));
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

    /** Returns whether viewers play this epoch, or the one that it follows. */
    boolean isPlaying() {
        return follows || begun();
    }

    AudioRenditions audio() {
        return audio;
    }

    /** Returns the published start, in 90 kHz ticks of channel time; undefined before {@link #begin}. */
    long start() {
        return start;
    }

    /**
     * Returns whether a window does not match the published tracks, so that a new epoch must begin.
     *
     * @param frames of each audio track
     */
    boolean isIncompatible(List<EncodedWindow.Encoded> renditions, List<List<AudioFrame>> frames) {
        return !begun()
                || outdated
                || audio.isOutdated(frames)
                || renditions.stream().anyMatch(rendition -> !isExpected(rendition) && !fits(rendition));
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
     * Sets the published tracks from the available renditions of a window and from the expected tracks.
     *
     * @param frames of each audio track in the window
     * @param at start of the window, in 90 kHz ticks of channel time
     */
    void begin(List<EncodedWindow.Encoded> renditions, List<List<AudioFrame>> frames, long at) {
        start = at;
        outdated = false;
        Map<String, byte[]> all = new HashMap<>();
        List<Track> found = new ArrayList<>();
        for (EncodedWindow.Encoded rendition : renditions) {
            all.put(rendition.name(), rendition.init());
            found.add(track(rendition));
        }
        expected.orElse(List.of()).stream()
                .filter(track -> !all.containsKey(track.name()))
                .forEach(found::add);
        audio.begin(frames);
        all.putAll(audio.inits());
        found.addAll(audio.tracks());
        tracks = List.copyOf(found);
        inits = Map.copyOf(all);
    }

    /**
     * Adds a rendition of a window that was published early.
     *
     * @return whether it matches the published track; if not, the next window begins a new epoch
     */
    boolean accept(EncodedWindow.Encoded rendition) {
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
                maxBitrate(rendition));
    }

    /** Returns the maximum bitrate of a rendition; for the passthrough, 1.5 times that of its first segment. */
    private long maxBitrate(EncodedWindow.Encoded rendition) {
        return ladder.stream()
                .filter(spec -> spec.name().equals(rendition.name()))
                .findFirst()
                .map(EpochBuilder::maxBitrate)
                .orElseGet(() -> rendition.length() * 8L * 3 / 4);
    }

    /**
     * Returns the bound on the bitrate of a segment, in bit/s: the encoder's maximum, and a quarter for its VBV buffer.
     */
    private static long maxBitrate(RenditionSpec spec) {
        return spec.bitrate() * 5L / 4;
    }
}
