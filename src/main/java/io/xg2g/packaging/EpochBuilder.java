package io.xg2g.packaging;

import io.xg2g.ffmpeg.ExpectedRendition;
import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AudioFrame;
import io.xg2g.media.Ticks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builder of epochs of one kind: maps the source's time to channel time, and holds what is made of the source. Its first window
 * that is published begins an epoch, unless what is made is the same as before; until then, windows belong to the epoch
 * before. Guarded by its {@link Packager}.
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

    /** What is made of the source. */
    private final Content content;

    private final ContinuousEpochs epochs;

    /**
     * What is made of a source: the same in all windows of an epoch.
     *
     * @param format of the source's video; empty without video
     */
    record Content(Optional<Format> format, List<RenditionSpec> rungs, boolean passthrough, AudioTracks audio) {}

    /** Video without its measured frame rate, and the rate of its windows. */
    record Format(MediaInfo.Video video, int rateNumerator, int rateDenominator) {
        static Optional<Format> of(SourceWindow window) {
            return Optional.ofNullable(window.video()).map(Format::of);
        }

        private static Format of(SourceWindow.Video source) {
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

    private EpochBuilder(
            long offset,
            SourceWindow window,
            List<RenditionSpec> ladder,
            List<RenditionSpec> rungs,
            boolean passthrough,
            SourceRun run,
            ContinuousEpochs epochs) {
        this.offset = offset;
        this.ladder = List.copyOf(ladder);
        this.rungs = List.copyOf(rungs);
        this.passthrough = passthrough;
        this.run = run;
        this.epochs = epochs;
        SourceWindow.Video video = window.video();
        this.content = new Content(Format.of(window), this.rungs, passthrough, run.tracks);
        this.expected = passthrough && video != null ? expected(video, rungs) : Optional.empty();
    }

    private EpochBuilder(long offset, SourceRun run, EpochBuilder same) {
        this.offset = offset;
        this.ladder = same.ladder;
        this.rungs = same.rungs;
        this.passthrough = same.passthrough;
        this.run = run;
        this.epochs = same.epochs;
        this.content = same.content;
        this.expected = same.expected;
    }

    /**
     * Creates the epoch of a window: the passthrough and the rungs below it, or the complete ladder without
     * passthrough.
     *
     * @param previous epoch that it continues in time, if any
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
        ContinuousEpochs epochs = previous == null ? new ContinuousEpochs() : previous.epochs;
        return new EpochBuilder(offset, window, ladder, ladder, passthrough != null, run, epochs);
    }

    /** Returns the epoch that continues this one when other rungs are encoded from a window on; this one if they are the same. */
    EpochBuilder encoding(List<RenditionSpec> others, SourceWindow window) {
        return others.equals(rungs) ? this : new EpochBuilder(offset, window, ladder, others, passthrough, run, epochs);
    }

    /** Returns the epoch that continues this one with another offset from a window on; this one if it is the same. */
    EpochBuilder at(long other, SourceWindow window) {
        return other == offset ? this : new EpochBuilder(other, window, ladder, rungs, passthrough, run, epochs);
    }

    /** Returns the epoch that continues this one without video, with the time and the frames of audio of another one. */
    EpochBuilder withTimeOf(EpochBuilder audio) {
        return new EpochBuilder(audio.offset, audio.run, this);
    }

    /** Returns whether the default audio of this epoch's run is a track of another one's. */
    boolean continuesAudioOf(EpochBuilder other) {
        return run.hasAudio()
                && other.run.tracks.all().contains(run.tracks.all().getFirst());
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
                            Ticks.PER_SECOND,
                            rendition.width(),
                            rendition.height(),
                            rendition.frameRate(),
                            maxBitrate(spec))));
        }
        return tracks.size() == rungs.size() ? Optional.of(tracks) : Optional.empty();
    }

    /**
     * Returns the due time of the next window: now, or one window duration after the previous one, a little less far from now, if
     * several arrive in a burst.
     *
     * @param duration of the window in 90 kHz ticks
     */
    long due(long now, long duration) {
        return epochs.due(now, duration);
    }

    /** Returns whether the passthrough is no longer published, or published again, from a window on. */
    boolean isOtherOffer(SourceWindow window) {
        return PassthroughOffer.counts(window) && passthrough != run.passthrough.offered();
    }

    /** Returns whether the source's video has changed its format. */
    boolean isOtherFormat(SourceWindow window) {
        return !content.format().equals(Format.of(window));
    }

    /** Returns whether viewers play this epoch, or one that it continues in time. */
    boolean begun() {
        return latest() != PublishedEpoch.NONE;
    }

    /** Returns the epoch that a window belongs to which is published now. */
    PublishedEpoch latest() {
        return epochs.latest();
    }

    /** Returns the epochs that this one continues in time. */
    ContinuousEpochs epochs() {
        return epochs;
    }

    AudioRenditions audio() {
        return epochs.audio();
    }

    /**
     * Returns whether a window does not match the published tracks, so that a new epoch must begin.
     *
     * @param frames of each audio track, by name
     */
    boolean isIncompatible(List<EncodedWindow.Encoded> renditions, Map<String, List<AudioFrame>> frames) {
        PublishedEpoch latest = latest();
        return !epochs.isOf(content)
                || latest.isOutdated()
                || audio().isOutdated(frames)
                || !renditions.stream().allMatch(latest::matches);
    }

    /**
     * Begins an epoch with the available renditions of a window and the expected tracks.
     *
     * @param frames of each audio track in the window, by name
     * @param at start of the window, in 90 kHz ticks of channel time
     * @return empty if there is no track
     */
    Optional<PublishedEpoch> begin(
            List<EncodedWindow.Encoded> renditions, Map<String, List<AudioFrame>> frames, long at) {
        Map<String, byte[]> inits = new HashMap<>();
        List<Track> tracks = new ArrayList<>();
        for (EncodedWindow.Encoded rendition : renditions) {
            inits.put(rendition.name(), rendition.init());
            tracks.add(rendition.describe(maxBitrate(rendition)));
        }
        // As the encoder goes on, its last picture is held if this window is lost. One that writes other parameter sets
        // is not expected.
        PublishedEpoch before = latest();
        boolean goesOn = !before.isOutdated() && renditions.stream().allMatch(before::fits);
        for (Track track : expected.orElse(List.of())) {
            if (!inits.containsKey(track.name())) {
                Optional<Track> known = goesOn ? before.encoded(track) : Optional.empty();
                known.ifPresent(same -> inits.put(
                        same.name(), Objects.requireNonNull(before.inits().get(same.name()))));
                tracks.add(known.orElse(track));
            }
        }
        AudioRenditions audio = audio().next(frames, offset);
        inits.putAll(audio.inits());
        tracks.addAll(audio.tracks(run.tracks));
        if (tracks.isEmpty()) {
            return Optional.empty();
        }
        PublishedEpoch next = new PublishedEpoch(at, tracks, inits);
        epochs.begin(next, content, audio);
        return Optional.of(next);
    }

    /** Returns the maximum bitrate of a rendition; for the passthrough, 1.5 times that of its first segment. */
    private long maxBitrate(EncodedWindow.Encoded rendition) {
        return ladder.stream()
                .filter(spec -> spec.name().equals(rendition.name()))
                .findFirst()
                .map(EpochBuilder::maxBitrate)
                .orElseGet(() -> rendition.length() * 12L * Ticks.PER_SECOND / rendition.duration());
    }

    /**
     * Returns the bound on the bitrate of a segment, in bit/s: the encoder's maximum, and a quarter for its VBV buffer.
     */
    private static long maxBitrate(RenditionSpec spec) {
        return spec.bitrate() * 5L / 4;
    }
}
