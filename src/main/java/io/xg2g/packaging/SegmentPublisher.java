package io.xg2g.packaging;

import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AacFrame;
import io.xg2g.media.AudioCodec;
import io.xg2g.media.AudioFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Publisher of windows, with their audio, to a channel's timeline. Called by one thread at a time. */
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

    /**
     * Window with its audio segments, before publication.
     *
     * @param audio of each published audio track
     * @param publishable whether this or an earlier window of the epoch has content
     */
    record Prepared(PendingWindow window, List<AudioRenditions.Part> audio, boolean publishable) {}

    /** Begins a new epoch if necessary, and creates the window's audio segments. Guarded by the packager. */
    Prepared prepare(PendingWindow window) {
        EpochBuilder epoch = window.epoch;
        List<List<AudioFrame>> frames = frames(window);
        if (!window.isGap()) {
            begin(window, frames);
        }
        List<AudioRenditions.Part> audio =
                epoch.begun() ? epoch.audio().segments(frames, window.window.start(), window.window.end()) : List.of();
        return new Prepared(window, audio, epoch.begun());
    }

    /**
     * Writes the window's audio segments. Blocks on the disk; called without the packager's lock.
     *
     * @return the files by track name; without those of gaps
     */
    Map<String, Path> write(Prepared prepared) {
        Map<String, Path> files = new HashMap<>();
        for (AudioRenditions.Part part : prepared.audio()) {
            if (part.segment().isPresent()) {
                AudioRendition.AudioSegment segment = part.segment().get();
                try {
                    files.put(part.name(), store.audio(part.name(), segment.time(), segment.bytes()));
                } catch (IOException full) {
                    LOG.warnf("audio segment not written, published as a gap: reason=%s", full.getMessage());
                }
            }
        }
        return files;
    }

    /** Publishes a window's passthrough and audio before it is encoded. Guarded by the packager. */
    void publishEarly(Prepared prepared, Map<String, Path> audio, long nanos) {
        PendingWindow window = prepared.window();
        long number = timeline.publishEarly(publication(prepared, audio), nanos);
        window.early = new PendingWindow.Early(number, window.epoch.start());
    }

    /** Publishes a complete window. Guarded by the packager. */
    void publish(Prepared prepared, Map<String, Path> audio, long nanos) {
        PendingWindow window = prepared.window();
        if (!window.isGap()) {
            describe(window.epoch, window.renditions());
        }
        timeline.publish(publication(prepared, audio), nanos);
    }

    /** Returns the frames of each audio track in a window. */
    private static List<List<AudioFrame>> frames(PendingWindow window) {
        SourceRun run = window.epoch.run;
        List<List<AudioFrame>> frames = new ArrayList<>();
        for (int track = 0; track < run.tracks.all().size(); track++) {
            // The first audio segment includes the frame that spans the start of the video: some players stop at a
            // start without audio.
            boolean aac = run.tracks.all().get(track).info().codec() == AudioCodec.AAC;
            long earlier = window.epoch.audio().of(track) != null ? 0 : (aac ? AAC_FRAME_TICKS : AC3_FRAME_TICKS) - 1;
            frames.add(run.between(track, window.window.start() - earlier, window.window.end()));
        }
        return frames;
    }

    /** Begins a new epoch if the window does not match the published tracks. */
    private void begin(PendingWindow window, List<List<AudioFrame>> frames) {
        EpochBuilder epoch = window.epoch;
        if (epoch.isIncompatible(window.renditions(), frames)) {
            epoch.begin(window.renditions(), frames, window.begin());
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

    private static SegmentTimeline.Publication publication(Prepared prepared, Map<String, Path> audio) {
        PendingWindow window = prepared.window();
        Map<String, EncodedWindow.Encoded> renditions = new HashMap<>();
        window.renditions().forEach(rendition -> renditions.put(rendition.name(), rendition));
        Map<String, AudioRenditions.Part> parts = new HashMap<>();
        prepared.audio().forEach(part -> parts.put(part.name(), part));
        List<Segment> segments = new ArrayList<>();
        List<@Nullable Path> files = new ArrayList<>();
        for (Track track : window.epoch.tracks()) {
            EncodedWindow.Encoded rendition = renditions.get(track.name());
            if (!track.isVideo()) {
                Path file = audio.get(track.name());
                segments.add(segment(Objects.requireNonNull(parts.get(track.name())), window.window, file == null));
                files.add(file);
            } else if (rendition != null) {
                segments.add(rendition.segment());
                files.add(rendition.file());
            } else {
                segments.add(new Segment(window.begin(), window.window.duration(), 0, true));
                files.add(null);
            }
        }
        Map<String, List<AacFrame>> frames = new HashMap<>();
        prepared.audio().forEach(part -> frames.put(part.name(), inChannelTime(part.frames(), window.epoch.offset)));
        return new SegmentTimeline.Publication(segments, files, frames);
    }

    /** Returns the frames that are AAC, in channel time. */
    private static List<AacFrame> inChannelTime(List<AudioFrame> frames, long offset) {
        return frames.stream()
                .filter(AacFrame.class::isInstance)
                .map(frame -> new AacFrame(frame.pts() + offset, frame.data()))
                .toList();
    }

    private static Segment segment(AudioRenditions.Part part, SourceWindow window, boolean gap) {
        return part.segment()
                .map(segment -> segment.segment(gap))
                .orElseGet(() -> part.rendition().gap(window.start(), window.end()));
    }
}
