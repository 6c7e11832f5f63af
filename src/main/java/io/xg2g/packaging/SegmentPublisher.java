package io.xg2g.packaging;

import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AacFrame;
import io.xg2g.media.AudioCodec;
import io.xg2g.media.AudioFrame;
import io.xg2g.media.MalformedMedia;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** Duration of a frame of AAC, in 90 kHz ticks: 1024 samples at 48 kHz. */
    private static final long AAC_FRAME_TICKS = 1920;

    /** Duration of a frame of AC-3, in 90 kHz ticks: 1536 samples at 48 kHz. */
    private static final long AC3_FRAME_TICKS = 2880;

    private final SegmentTimeline timeline;
    private final SegmentStore store;

    SegmentPublisher(SegmentTimeline timeline, SegmentStore store) {
        this.timeline = timeline;
        this.store = store;
    }

    /** Video track that a window lacks, and what it shows instead. */
    record Missing(String track, LastPictures.Picture last) {}

    /**
     * Window with its audio segments, before publication.
     *
     * @param epoch in which it is published
     * @param audio of each published audio track
     * @param missing tracks whose last picture is held
     * @param publishable whether this or an earlier window of the epoch has content
     */
    record Prepared(
            PendingWindow window,
            PublishedEpoch epoch,
            List<AudioRenditions.Part> audio,
            List<Missing> missing,
            boolean publishable) {

        /** Returns the number of audio tracks of which the source has sent nothing. */
        int silent() {
            return (int) audio.stream()
                    .flatMap(part -> part.segment().stream())
                    .filter(AudioRendition.AudioSegment::silent)
                    .count();
        }

        /** Returns the same without held pictures, for early publication. */
        Prepared early() {
            return new Prepared(window, epoch, audio, List.of(), publishable);
        }
    }

    /**
     * Files of a window that were written for its publication.
     *
     * @param audio by track name; without those of gaps
     * @param held segments with a held picture, by track name
     */
    record Written(Map<String, Path> audio, Map<String, LastPictures.Picture> held) {
        List<Path> files() {
            return Stream.concat(audio.values().stream(), held.values().stream().map(LastPictures.Picture::file))
                    .toList();
        }
    }

    /** Begins a new epoch if necessary, and creates the window's audio segments. Guarded by the packager. */
    Prepared prepare(PendingWindow window) {
        EpochBuilder epoch = window.epoch;
        Map<String, List<AudioFrame>> frames = frames(window);
        if (!window.isGap() && !window.isSlate()) {
            begin(window, frames);
        }
        List<AudioRenditions.Part> audio =
                epoch.audio().segments(frames, epoch.offset, window.window.start(), window.window.end());
        return new Prepared(window, epoch.latest(), audio, missing(window, epoch.latest()), epoch.begun());
    }

    /** Returns the video tracks of an epoch that a window lacks and that have a picture to hold. Guarded by the packager. */
    List<Missing> missing(PendingWindow window, PublishedEpoch epoch) {
        Set<String> present = renditions(window, epoch).stream()
                .map(EncodedWindow.Encoded::name)
                .collect(Collectors.toSet());
        List<Missing> missing = new ArrayList<>();
        for (Track track : epoch.tracks()) {
            if (track.isVideo() && !present.contains(track.name())) {
                window.epoch
                        .epochs()
                        .last(epoch, track.name())
                        .ifPresent(last -> missing.add(new Missing(track.name(), last)));
            }
        }
        return missing;
    }

    /** Returns the renditions that match the published tracks; a slate does not describe a track, as its frame rate is lower. */
    private static List<EncodedWindow.Encoded> renditions(PendingWindow window, PublishedEpoch epoch) {
        return window.renditions().stream()
                .filter(window.isSlate() ? epoch::fits : epoch::matches)
                .toList();
    }

    /** Writes the window's audio segments and held pictures. Blocks on the disk; called without the packager's lock. */
    Written write(Prepared prepared) {
        Map<String, Path> audio = new HashMap<>();
        for (AudioRenditions.Part part : prepared.audio()) {
            if (part.segment().isPresent()) {
                AudioRendition.AudioSegment segment = part.segment().get();
                try {
                    audio.put(part.name(), store.audio(part.name(), segment.time(), segment.bytes()));
                } catch (IOException full) {
                    LOG.warnf("audio segment not written, published as a gap: reason=%s", full.getMessage());
                }
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
        window.early = new PendingWindow.Early(number, prepared.epoch());
    }

    /**
     * Publishes a complete window. Guarded by the packager.
     *
     * @return files of a slate that does not match the epoch; the caller deletes them
     */
    List<Path> publish(Prepared prepared, Written written, long nanos) {
        PendingWindow window = prepared.window();
        List<EncodedWindow.Encoded> renditions = renditions(window, prepared.epoch());
        describe(prepared.epoch(), renditions);
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

    /** Takes the frames of each audio track in a window, by its name. */
    private static Map<String, List<AudioFrame>> frames(PendingWindow window) {
        SourceRun run = window.epoch.run;
        Map<String, List<AudioFrame>> frames = new HashMap<>();
        for (int i = 0; i < run.tracks.all().size(); i++) {
            AudioTracks.Named track = run.tracks.all().get(i);
            // The first audio segment includes the frame that spans the start of the video: some players stop at a
            // start without audio.
            long frame = track.info().codec() == AudioCodec.AAC ? AAC_FRAME_TICKS : AC3_FRAME_TICKS;
            long earlier = window.epoch.audio().has(track.name()) ? 0 : frame - 1;
            frames.put(track.name(), run.take(i, window.window.start() - earlier, window.window.end()));
        }
        return frames;
    }

    /** Begins a new epoch if the window does not match the published tracks. */
    private void begin(PendingWindow window, Map<String, List<AudioFrame>> frames) {
        EpochBuilder epoch = window.epoch;
        if (epoch.isIncompatible(window.renditions(), frames)) {
            epoch.begin(window.renditions(), frames, window.begin())
                    .ifPresent(next -> timeline.begin(next.start, next.tracks(), next.inits()));
        }
    }

    /**
     * Publishes the remaining renditions of a window that was published early. Guarded by the packager.
     *
     * @param held written for the renditions that the window lacks
     * @return files of renditions that do not match the epoch or are too late; the caller deletes them
     */
    List<Path> complete(PendingWindow window, PendingWindow.Early early, Map<String, LastPictures.Picture> held) {
        List<EncodedWindow.Encoded> rest = window.unpublished();
        List<EncodedWindow.Encoded> fitting = describe(early.epoch(), rest);
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
        pictures.forEach((track, picture) -> window.epoch.epochs().published(early.epoch(), track, picture));
        return rest.stream()
                .filter(rendition -> !fitting.contains(rendition))
                .map(EncodedWindow.Encoded::file)
                .toList();
    }

    /** Updates the epoch's tracks from the given renditions; returns those that match. */
    private List<EncodedWindow.Encoded> describe(PublishedEpoch epoch, List<EncodedWindow.Encoded> renditions) {
        int known = epoch.inits().size();
        List<EncodedWindow.Encoded> fitting =
                renditions.stream().filter(epoch::accept).toList();
        if (epoch.inits().size() > known) {
            timeline.describe(epoch.start, epoch.tracks(), epoch.inits());
        }
        return fitting;
    }

    private static SegmentTimeline.Publication publication(Prepared prepared, Written written) {
        PendingWindow window = prepared.window();
        PublishedEpoch epoch = prepared.epoch();
        Map<String, LastPictures.Picture> pictures = new HashMap<>(written.held());
        for (EncodedWindow.Encoded rendition : renditions(window, epoch)) {
            pictures.put(
                    rendition.name(), new LastPictures.Picture(rendition.segment(window.isSlate()), rendition.file()));
        }
        Map<String, AudioRenditions.Part> parts = new HashMap<>();
        prepared.audio().forEach(part -> parts.put(part.name(), part));
        List<Segment> segments = new ArrayList<>();
        List<@Nullable Path> files = new ArrayList<>();
        for (Track track : epoch.tracks()) {
            LastPictures.Picture picture = pictures.get(track.name());
            if (!track.isVideo()) {
                Path file = written.audio().get(track.name());
                segments.add(segment(Objects.requireNonNull(parts.get(track.name())), window.window, file == null));
                files.add(file);
            } else if (picture != null) {
                segments.add(picture.segment());
                files.add(picture.file());
                window.epoch.epochs().published(epoch, track.name(), picture);
            } else {
                segments.add(new Segment(window.begin(), window.window.duration(), 0, true));
                files.add(null);
            }
        }
        Map<String, List<AacFrame>> frames = new HashMap<>();
        prepared.audio().forEach(part -> frames.put(part.name(), aac(part)));
        return new SegmentTimeline.Publication(segments, files, frames);
    }

    /** Returns the frames that are AAC, in channel time. */
    private static List<AacFrame> aac(AudioRenditions.Part part) {
        return part.segment().stream()
                .flatMap(segment -> segment.frames().stream())
                .filter(AacFrame.class::isInstance)
                .map(AacFrame.class::cast)
                .toList();
    }

    private static Segment segment(AudioRenditions.Part part, SourceWindow window, boolean gap) {
        return part.segment()
                .map(segment -> segment.segment(gap))
                .orElseGet(() -> part.rendition().gap(window.start(), window.end()));
    }
}
