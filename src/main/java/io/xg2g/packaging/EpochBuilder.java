package io.xg2g.packaging;

import io.xg2g.ffmpeg.ExpectedRendition;
import io.xg2g.ffmpeg.FrameGrid;
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
    /** Maximum time by which a window after an interruption is published earlier to continue an epoch: 2 s. */
    private static final long MAX_SHIFT = 2L * ChannelTime.TICKS_PER_SECOND;

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

    /** Duration of a complete window, in 90 kHz ticks; the last one of a source can be shorter. */
    final long windowDuration;

    /** Format of the source's video; empty without video. */
    private final Optional<MediaInfo> media;

    /** Format of the source's video as far as its renditions depend on it; empty without video. */
    private final Optional<Format> format;

    /** Due time of the latest window, as {@link System#nanoTime}. */
    private long due = Long.MIN_VALUE;

    /** What has been published; shared with the builders that this one {@linkplain #continuing continues}. */
    private final Published published;

    /** Video without its measured frame rate, and the rate of its windows. */
    private record Format(MediaInfo.Video video, int rateNumerator, int rateDenominator) {
        static Format of(SourceWindow.Video source) {
            MediaInfo.Video video = source.media().video();
            FrameGrid grid = source.grid();
            return new Format(
                    new MediaInfo.Video(
                            video.index(),
                            video.codec(),
                            video.width(),
                            video.height(),
                            video.pixelFormat(),
                            video.interlaced(),
                            0,
                            video.sampleAspectRatio(),
                            video.rotation(),
                            video.range()),
                    grid.rateNumerator(),
                    grid.rateDenominator());
        }
    }

    /** Published part of an epoch. */
    private static final class Published {
        /** Empty before the first window. */
        List<Track> tracks = List.of();

        Map<String, byte[]> inits = Map.of();

        @Nullable
        AudioRendition audio;

        long start;

        /** Whether a rendition did not match its published track. */
        boolean outdated;

        final LastPictures pictures = new LastPictures();
    }

    private EpochBuilder(
            long offset, SourceWindow window, List<RenditionSpec> ladder, boolean passthrough, SourceRun run) {
        this.published = new Published();
        this.offset = offset;
        this.windowDuration = window.duration();
        this.ladder = List.copyOf(ladder);
        this.passthrough = passthrough;
        this.run = run;
        SourceWindow.Video video = window.video();
        this.media = Optional.ofNullable(video).map(SourceWindow.Video::media);
        this.format = Optional.ofNullable(video).map(Format::of);
        this.expected = passthrough && video != null ? expected(video, ladder) : Optional.empty();
    }

    /** Creates a builder of the same epoch with another offset and run. */
    private EpochBuilder(EpochBuilder other, long offset, SourceRun run, Published published, long due) {
        this.offset = offset;
        this.windowDuration = other.windowDuration;
        this.ladder = other.ladder;
        this.passthrough = other.passthrough;
        this.run = run;
        this.media = other.media;
        this.format = other.format;
        this.expected = other.expected;
        this.published = published;
        this.due = due;
    }

    /**
     * Creates the epoch of a window: the passthrough and the rungs below it, or the complete ladder without
     * passthrough.
     */
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

    /**
     * Returns a builder that continues an epoch after an interruption: players need no discontinuity if the renditions
     * are the same and the timeline goes on. Returns this one if a new epoch must begin.
     *
     * @param before epoch of the window before
     * @param window first one after the interruption
     * @param reached end of the window before, in 90 kHz ticks of channel time
     */
    EpochBuilder continuing(EpochBuilder before, SourceWindow window, long reached) {
        boolean same =
                format.equals(before.format) && ladder.equals(before.ladder) && passthrough == before.passthrough;
        return same && window.start() + offset - reached <= MAX_SHIFT
                ? new EpochBuilder(this, reached - window.start(), run, before.published, before.due)
                : this;
    }

    /** Returns a builder of the same epoch that begins a window at a later time: slates have been published before it. */
    EpochBuilder after(long reached, SourceWindow window) {
        long begin = Math.max(window.start() + offset, reached);
        return begin == window.start() + offset
                ? this
                : new EpochBuilder(this, begin - window.start(), run, published, due);
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

    /** Returns whether a complete window has no passthrough although the epoch offers it. */
    boolean lacksPassthrough(SourceWindow window) {
        SourceWindow.Video video = window.video();
        return passthrough && window.duration() >= windowDuration && video != null && video.passthrough() == null;
    }

    /** Returns whether the source's video has changed its format. */
    boolean isOtherFormat(SourceWindow window) {
        return !media.equals(Optional.ofNullable(window.video()).map(SourceWindow.Video::media));
    }

    List<Track> tracks() {
        return published.tracks;
    }

    Map<String, byte[]> inits() {
        return published.inits;
    }

    boolean begun() {
        return !published.tracks.isEmpty();
    }

    @Nullable
    AudioRendition audio() {
        return published.audio;
    }

    LastPictures pictures() {
        return published.pictures;
    }

    /** Returns the published start, in 90 kHz ticks of channel time; undefined before {@link #begin}. */
    long start() {
        return published.start;
    }

    /** Returns whether a window does not match the published tracks, so that a new epoch must begin. */
    boolean isIncompatible(List<EncodedWindow.Encoded> renditions, boolean withAudio) {
        return !begun()
                || published.outdated
                || (withAudio && published.audio == null)
                || !renditions.stream().allMatch(this::matches);
    }

    /** Returns whether a rendition matches its published track, or is the first one of an expected track. */
    boolean matches(EncodedWindow.Encoded rendition) {
        return isExpected(rendition) || fits(rendition);
    }

    private boolean isExpected(EncodedWindow.Encoded rendition) {
        return expected.isPresent() && !published.inits.containsKey(rendition.name()) && hasTrack(rendition.name());
    }

    private boolean hasTrack(String name) {
        return published.tracks.stream().anyMatch(track -> track.name().equals(name));
    }

    /** Returns whether a rendition has the init segment of its published track. */
    boolean fits(EncodedWindow.Encoded rendition) {
        return Arrays.equals(published.inits.get(rendition.name()), rendition.init());
    }

    /**
     * Sets the published tracks from the available renditions of a window and from the expected tracks.
     *
     * @param at start of the window, in 90 kHz ticks of channel time
     */
    void begin(List<EncodedWindow.Encoded> renditions, Optional<AdtsHeader> header, long at) {
        published.start = at;
        published.outdated = false;
        Map<String, byte[]> all = new HashMap<>();
        List<Track> found = new ArrayList<>();
        for (EncodedWindow.Encoded rendition : renditions) {
            all.put(rendition.name(), rendition.init());
            found.add(track(rendition));
        }
        expected.orElse(List.of()).stream()
                .filter(track -> !all.containsKey(track.name()))
                .forEach(found::add);
        if (header.isPresent() && published.audio == null) {
            published.audio = new AudioRendition(header.get(), offset);
        }
        AudioRendition present = published.audio;
        if (present != null) {
            all.put(AudioRendition.NAME, present.init());
            found.add(new Track(
                    AudioRendition.NAME, Track.Kind.AUDIO, present.codec(), present.timescale(), 0, 0, 0, 160_000));
        }
        published.pictures.retain(name -> Arrays.equals(published.inits.get(name), all.get(name)));
        published.tracks = List.copyOf(found);
        published.inits = Map.copyOf(all);
    }

    /**
     * Adds a rendition of a window that was published early.
     *
     * @return whether it matches the published track; if not, the next window begins a new epoch
     */
    boolean accept(EncodedWindow.Encoded rendition) {
        if (isExpected(rendition)) {
            Map<String, byte[]> all = new HashMap<>(published.inits);
            all.put(rendition.name(), rendition.init());
            published.inits = Map.copyOf(all);
            published.tracks = published.tracks.stream()
                    .map(known -> known.name().equals(rendition.name()) ? track(rendition) : known)
                    .toList();
        }
        published.outdated |= !fits(rendition);
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
