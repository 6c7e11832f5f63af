package io.xg2g.packaging;

import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AacFrame;
import io.xg2g.media.AdtsHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Publisher of windows, with their audio, to a channel's timeline. Called by one thread at a time. */
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

    /**
     * Window with its audio segment, before publication.
     *
     * @param audio segment; empty if the window has no audio
     * @param publishable whether this or an earlier window of the epoch has content
     */
    record Prepared(
            PendingWindow window,
            List<AacFrame> frames,
            Optional<AudioRendition.AudioSegment> audio,
            boolean publishable) {}

    /** Begins a new epoch if necessary, and creates the window's audio segment. Guarded by the packager. */
    Prepared prepare(PendingWindow window) {
        EpochBuilder epoch = window.epoch;
        epoch.continueAudio();
        List<AacFrame> frames = frames(window);
        if (!window.isGap()) {
            begin(window, frames);
        }
        AudioRendition audio = epoch.begun() ? epoch.audio() : null;
        Optional<AudioRendition.AudioSegment> segment =
                audio == null ? Optional.empty() : audio.segment(frames, window.window.start(), window.window.end());
        return new Prepared(window, frames, segment, epoch.begun());
    }

    /**
     * Writes the window's audio segment. Blocks on the disk; called without the packager's lock.
     *
     * @return the file, or {@code null} if the audio is a gap
     */
    @Nullable
    Path write(Prepared prepared) {
        if (prepared.audio().isEmpty()) {
            return null;
        }
        AudioRendition.AudioSegment segment = prepared.audio().get();
        try {
            return store.audio(segment.time(), segment.bytes());
        } catch (IOException full) {
            LOG.warnf("audio segment not written, published as a gap: reason=%s", full.getMessage());
            return null;
        }
    }

    /** Publishes a window's passthrough and audio before it is encoded. Guarded by the packager. */
    void publishEarly(Prepared prepared, @Nullable Path audio, long nanos) {
        PendingWindow window = prepared.window();
        long number = timeline.publishEarly(publication(prepared, audio), nanos);
        window.early = new PendingWindow.Early(number, window.epoch.start());
    }

    /** Publishes a complete window. Guarded by the packager. */
    void publish(Prepared prepared, @Nullable Path audio, long nanos) {
        PendingWindow window = prepared.window();
        if (!window.isGap()) {
            describe(window.epoch, window.renditions());
        }
        timeline.publish(publication(prepared, audio), nanos);
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
     * @return files of renditions that do not match the epoch or are too late; the caller deletes them
     */
    List<Path> complete(PendingWindow window, PendingWindow.Early early) {
        EpochBuilder epoch = window.epoch;
        List<EncodedWindow.Encoded> rest = window.unpublished();
        List<EncodedWindow.Encoded> fitting = epoch.start() == early.epochStart() ? describe(epoch, rest) : List.of();
        Map<String, Segment> segments = new HashMap<>();
        Map<String, Path> files = new HashMap<>();
        for (EncodedWindow.Encoded rendition : fitting) {
            segments.put(rendition.name(), rendition.segment());
            files.put(rendition.name(), rendition.file());
        }
        boolean published = timeline.complete(early.number(), segments, files);
        return rest.stream()
                .filter(rendition -> !published || !fitting.contains(rendition))
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

    private static SegmentTimeline.Publication publication(Prepared prepared, @Nullable Path audio) {
        PendingWindow window = prepared.window();
        Map<String, EncodedWindow.Encoded> renditions = new HashMap<>();
        window.renditions().forEach(rendition -> renditions.put(rendition.name(), rendition));
        List<Segment> segments = new ArrayList<>();
        List<@Nullable Path> files = new ArrayList<>();
        for (Track track : window.epoch.tracks()) {
            EncodedWindow.Encoded rendition = renditions.get(track.name());
            if (!track.isVideo()) {
                segments.add(audioSegment(prepared, audio == null));
                files.add(audio);
            } else if (rendition != null) {
                segments.add(rendition.segment());
                files.add(rendition.file());
            } else {
                segments.add(new Segment(window.begin(), window.window.duration(), 0, true));
                files.add(null);
            }
        }
        List<AacFrame> frames = prepared.frames().stream()
                .map(frame -> new AacFrame(frame.pts() + window.epoch.offset, frame.adts()))
                .toList();
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
