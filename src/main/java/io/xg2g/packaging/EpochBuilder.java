package io.xg2g.packaging;

import io.xg2g.ffmpeg.ExpectedRendition;
import io.xg2g.ffmpeg.MediaInfo;
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

/**
 * Builder of one epoch: maps the source's time to channel time and holds the published tracks. Guarded by its
 * {@link Packager}.
 */
final class EpochBuilder {
    /** From the source's time to channel time, in 90 kHz ticks. */
    final long offset;

    /** Rungs to encode, highest first; empty for a source without video, or if the passthrough suffices. */
    final List<RenditionSpec> ladder;

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
    private @Nullable AudioRendition audio;

    /** Epoch before this one whose time it continues, until the first window. */
    private @Nullable EpochBuilder previous;

    private long start;

    /** Whether a rendition did not match its published track. */
    private boolean outdated;

    private EpochBuilder(
            long offset,
            SourceWindow window,
            List<RenditionSpec> ladder,
            boolean passthrough,
            SourceRun run,
            @Nullable EpochBuilder previous) {
        this.offset = offset;
        this.previous = previous != null && previous.offset == offset ? previous : null;
        this.ladder = List.copyOf(ladder);
        this.passthrough = passthrough;
        this.run = run;
        SourceWindow.Video video = window.video();
        this.media = Optional.ofNullable(video).map(SourceWindow.Video::media);
        this.expected = passthrough && video != null ? expected(video, ladder) : Optional.empty();
    }

    /**
     * Creates the epoch of a window: the passthrough and the rungs below it, or the complete ladder without
     * passthrough.
     *
     * @param previous epoch of the run before this one, if any
     */
    static EpochBuilder of(
            SourceWindow window,
            long offset,
            Profiles profiles,
            EncodingShare share,
            SourceRun run,
            @Nullable EpochBuilder previous) {
        SourceWindow.Video video = window.video();
        List<RenditionSpec> ladder =
                video == null ? List.of() : profiles.ladderFor(video.media().video());
        SourceWindow.Passthrough passthrough = video == null || !run.passthrough.offered() ? null : video.passthrough();
        if (passthrough != null) {
            ladder = ladder.stream()
                    .filter(spec -> spec.height() < passthrough.track().height())
                    .toList();
        }
        if (video != null && !ladder.isEmpty()) {
            ladder = share.ladder(ladder, video);
        }
        return new EpochBuilder(offset, window, ladder, passthrough != null, run, previous);
    }

    private static Optional<List<Track>> expected(SourceWindow.Video video, List<RenditionSpec> ladder) {
        List<Track> tracks = new ArrayList<>();
        for (RenditionSpec spec : ladder) {
            ExpectedRendition.of(spec, video.media().video(), video.grid())
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
        return tracks.size() == ladder.size() ? Optional.of(tracks) : Optional.empty();
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

    @Nullable
    AudioRendition audio() {
        return audio;
    }

    /** Continues the audio of the epoch before, if its time continues, so that no frame is repeated. Before {@link #begin}. */
    void continueAudio() {
        EpochBuilder before = previous;
        if (before != null && before.begun()) {
            audio = before.audio;
        }
        previous = null;
    }

    /** Returns the published start, in 90 kHz ticks of channel time; undefined before {@link #begin}. */
    long start() {
        return start;
    }

    /** Returns whether a window does not match the published tracks, so that a new epoch must begin. */
    boolean isIncompatible(List<EncodedWindow.Encoded> renditions, boolean withAudio) {
        return !begun()
                || outdated
                || (withAudio && audio == null)
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
     * @param at start of the window, in 90 kHz ticks of channel time
     */
    void begin(List<EncodedWindow.Encoded> renditions, Optional<AdtsHeader> header, long at) {
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
        if (header.isPresent() && audio == null) {
            audio = new AudioRendition(header.get(), offset);
        }
        AudioRendition present = audio;
        if (present != null) {
            all.put(AudioRendition.NAME, present.init());
            found.add(new Track(
                    AudioRendition.NAME, Track.Kind.AUDIO, present.codec(), present.timescale(), 0, 0, 0, 160_000));
        }
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
