package io.xg2g.packaging;

import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AacFrame;
import io.xg2g.media.AdtsHeader;
import io.xg2g.media.MalformedMedia;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Publisher of windows, with their audio, to a channel's timeline. A video track that a window lacks holds its last
 * picture, and missing audio is silent, so that players find every segment. Called by one thread at a time.
 */
final class SegmentPublisher {
    private static final Logger LOG = Logger.getLogger(SegmentPublisher.class);

    /** Duration of an audio frame, in 90 kHz ticks: 1024 samples at 48 kHz. */
    private static final long FRAME_TICKS = 1920;

    private final SegmentTimeline timeline;
    private final SegmentStore store;

    SegmentPublisher(SegmentTimeline timeline, SegmentStore store) {
        this.timeline = timeline;
        this.store = store;
    }

    /** Video track that a window lacks, and what it shows instead. */
    record Missing(String track, LastPictures.Picture last) {}

    /**
     * Window with its audio segment, before publication.
     *
     * @param audio segment; empty if the window has no audio
     * @param missing tracks whose last picture is held
     * @param publishable whether this or an earlier window of the epoch has content
     */
    record Prepared(
            PendingWindow window,
            Optional<AudioRendition.AudioSegment> audio,
            List<Missing> missing,
            boolean publishable) {

        /** Returns whether the window has audio, but none of the source. */
        boolean isSilent() {
            return audio.isPresent() && audio.get().silent();
        }

        /** Returns the same without held pictures, for early publication. */
        Prepared early() {
            return new Prepared(window, audio, List.of(), publishable);
        }
    }

    /**
     * Files of a window that were written for its publication.
     *
     * @param audio {@code null} if the audio is a gap
     * @param held segments with a held picture, by track name
     */
    record Written(@Nullable Path audio, Map<String, LastPictures.Picture> held) {
        List<Path> files() {
            return Stream.concat(
                            Stream.ofNullable(audio), held.values().stream().map(LastPictures.Picture::file))
                    .toList();
        }
    }

    /** Begins a new epoch if necessary, and creates the window's audio segment. Guarded by the packager. */
    Prepared prepare(PendingWindow window) {
        List<AacFrame> frames = frames(window);
        EpochBuilder epoch = window.epoch;
        if (!window.isGap() && !window.isSlate()) {
            begin(window, frames);
        }
        AudioRendition audio = epoch.begun() ? epoch.audio() : null;
        if (audio == null) {
            return new Prepared(window, Optional.empty(), missing(window), epoch.begun());
        }
        audio.offset(epoch.offset);
        Optional<AudioRendition.AudioSegment> segment =
                audio.segment(frames, window.window.start(), window.window.end());
        return new Prepared(window, segment, missing(window), epoch.begun());
    }

    /** Returns the video tracks that a window lacks and that have a picture to hold. Guarded by the packager. */
    List<Missing> missing(PendingWindow window) {
        EpochBuilder epoch = window.epoch;
        PendingWindow.Early early = window.early;
        if (early != null && early.epochStart() != epoch.start()) {
            return List.of();
        }
        Set<String> present =
                renditions(window).stream().map(EncodedWindow.Encoded::name).collect(Collectors.toSet());
        List<Missing> missing = new ArrayList<>();
        for (Track track : epoch.tracks()) {
            if (track.isVideo() && !present.contains(track.name())) {
                epoch.pictures().of(track.name()).ifPresent(last -> missing.add(new Missing(track.name(), last)));
            }
        }
        return missing;
    }

    /** Returns the renditions that match the published tracks; a slate does not describe a track, as its frame rate is lower. */
    private static List<EncodedWindow.Encoded> renditions(PendingWindow window) {
        return window.renditions().stream()
                .filter(window.isSlate() ? window.epoch::fits : window.epoch::matches)
                .toList();
    }

    /** Writes the window's audio segment and held pictures. Blocks on the disk; called without the packager's lock. */
    Written write(Prepared prepared) {
        Path audio = null;
        if (prepared.audio().isPresent()) {
            AudioRendition.AudioSegment segment = prepared.audio().get();
            try {
                audio = store.audio(segment.time(), segment.bytes());
            } catch (IOException full) {
                LOG.warnf("audio segment not written, published as a gap: reason=%s", full.getMessage());
            }
        }
        return new Written(audio, hold(prepared.window(), prepared.missing()));
    }

    /** Writes held pictures; one that cannot be written is a gap. Blocks on the disk, without the packager's lock. */
    Map<String, LastPictures.Picture> hold(PendingWindow window, List<Missing> missing) {
        Map<String, LastPictures.Picture> held = new HashMap<>();
        for (Missing lack : missing) {
            try {
                held.put(lack.track(), store.held(lack.track(), lack.last(), window.begin(), window.window.duration()));
            } catch (IOException | MalformedMedia unusable) {
                LOG.warnf(
                        "picture not held, published as a gap: rendition=%s, reason=%s",
                        lack.track(), unusable.getMessage());
            }
        }
        return held;
    }

    /** Publishes a window's passthrough and audio before it is encoded. Guarded by the packager. */
    void publishEarly(Prepared prepared, Written written, long nanos) {
        PendingWindow window = prepared.window();
        long number = timeline.publishEarly(publication(prepared, written), nanos);
        window.early = new PendingWindow.Early(number, window.epoch.start());
    }

    /**
     * Publishes a complete window. Guarded by the packager.
     *
     * @return files of a slate that does not match the epoch; the caller deletes them
     */
    List<Path> publish(Prepared prepared, Written written, long nanos) {
        PendingWindow window = prepared.window();
        List<EncodedWindow.Encoded> renditions = renditions(window);
        if (!renditions.isEmpty()) {
            describe(window.epoch, renditions);
        }
        timeline.publish(publication(prepared, written), nanos);
        List<Path> unwanted = window.renditions().stream()
                .filter(rendition -> !renditions.contains(rendition))
                .map(EncodedWindow.Encoded::file)
                .toList();
        if (!unwanted.isEmpty()) {
            LOG.warnf("slate not published, its parameter sets differ from those of the epoch: files=%s", unwanted);
        }
        return unwanted;
    }

    private static List<AacFrame> frames(PendingWindow window) {
        // The first audio segment includes the frame that spans the start of the video: some players stop at a start
        // without audio.
        long start = window.window.start();
        long from = window.epoch.audio() == null ? start - FRAME_TICKS + 1 : start;
        return window.epoch.run.audio.between(from, window.window.end());
    }

    /** Begins a new epoch if the window does not match the published tracks. */
    private void begin(PendingWindow window, List<AacFrame> frames) {
        EpochBuilder epoch = window.epoch;
        if (epoch.isIncompatible(window.renditions(), !frames.isEmpty())) {
            epoch.begin(
                    window.renditions(),
                    frames.isEmpty()
                            ? Optional.empty()
                            : AdtsHeader.parse(frames.getFirst().adts(), 0),
                    window.begin());
            if (epoch.begun()) {
                timeline.begin(epoch.start(), epoch.tracks(), epoch.inits());
            }
        }
    }

    /**
     * Publishes the remaining renditions of a window that was published early. Guarded by the packager.
     *
     * @param held written for the renditions that the window lacks
     * @return files of renditions that do not match the epoch or are too late; the caller deletes them
     */
    List<Path> complete(PendingWindow window, PendingWindow.Early early, Map<String, LastPictures.Picture> held) {
        EpochBuilder epoch = window.epoch;
        List<EncodedWindow.Encoded> rest = window.unpublished();
        List<EncodedWindow.Encoded> fitting = epoch.start() == early.epochStart() ? describe(epoch, rest) : List.of();
        Map<String, LastPictures.Picture> pictures = new HashMap<>(held);
        for (EncodedWindow.Encoded rendition : fitting) {
            pictures.put(rendition.name(), new LastPictures.Picture(rendition.segment(), rendition.file()));
        }
        Map<String, Segment> segments = new HashMap<>();
        Map<String, Path> files = new HashMap<>();
        pictures.forEach((track, picture) -> {
            segments.put(track, picture.segment());
            files.put(track, picture.file());
        });
        if (!timeline.complete(early.number(), segments, files)) {
            return Stream.concat(rest.stream().map(EncodedWindow.Encoded::file), files.values().stream())
                    .distinct()
                    .toList();
        }
        pictures.forEach((track, picture) -> epoch.pictures().published(track, picture.segment(), picture.file()));
        return rest.stream()
                .filter(rendition -> !fitting.contains(rendition))
                .map(EncodedWindow.Encoded::file)
                .toList();
    }

    /** Updates the epoch's tracks from the given renditions; returns those that match. */
    private List<EncodedWindow.Encoded> describe(EpochBuilder epoch, List<EncodedWindow.Encoded> renditions) {
        int known = epoch.inits().size();
        List<EncodedWindow.Encoded> fitting =
                renditions.stream().filter(epoch::accept).toList();
        if (epoch.inits().size() > known) {
            timeline.describe(epoch.start(), epoch.tracks(), epoch.inits());
        }
        return fitting;
    }

    private static SegmentTimeline.Publication publication(Prepared prepared, Written written) {
        PendingWindow window = prepared.window();
        Map<String, LastPictures.Picture> pictures = new HashMap<>(written.held());
        for (EncodedWindow.Encoded rendition : renditions(window)) {
            pictures.put(
                    rendition.name(), new LastPictures.Picture(rendition.segment(window.isSlate()), rendition.file()));
        }
        List<Segment> segments = new ArrayList<>();
        List<@Nullable Path> files = new ArrayList<>();
        for (Track track : window.epoch.tracks()) {
            LastPictures.Picture picture = pictures.get(track.name());
            if (!track.isVideo()) {
                segments.add(audioSegment(prepared, written.audio() == null));
                files.add(written.audio());
            } else if (picture != null) {
                segments.add(picture.segment());
                files.add(picture.file());
                window.epoch.pictures().published(track.name(), picture.segment(), picture.file());
            } else {
                segments.add(new Segment(window.begin(), window.window.duration(), 0, true));
                files.add(null);
            }
        }
        List<AacFrame> frames =
                prepared.audio().map(AudioRendition.AudioSegment::frames).orElse(List.of());
        return new SegmentTimeline.Publication(segments, files, frames);
    }

    private static Segment audioSegment(Prepared prepared, boolean gap) {
        SourceWindow window = prepared.window().window;
        AudioRendition audio = Objects.requireNonNull(prepared.window().epoch.audio());
        return prepared.audio()
                .map(segment -> segment.segment(gap))
                .orElseGet(() -> audio.gap(window.start(), window.end()));
    }
}
