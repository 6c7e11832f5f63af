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

/** Puts windows, with their audio, into a channel's timeline. One thread at a time publishes. */
final class SegmentPublisher {
    private static final Logger LOG = Logger.getLogger(SegmentPublisher.class);

    /** What an audio frame lasts, in 90 kHz ticks: 1024 samples at 48 kHz. */
    private static final long LONGEST_FRAME = 1920;

    private final SegmentTimeline timeline;
    private final SegmentStore store;

    SegmentPublisher(SegmentTimeline timeline, SegmentStore store) {
        this.timeline = timeline;
        this.store = store;
    }

    /**
     * What is to be published of a window.
     *
     * @param audio its audio segment; empty where it has none
     * @param publishable whether it has something to show, or follows a window that had
     */
    record Prepared(
            PendingWindow window, List<AacFrame> frames, Optional<AudioRendition.Piece> audio, boolean publishable) {}

    /** Begins the window's epoch where it has to begin anew, and makes its audio segment. Guarded by the packager. */
    Prepared prepare(PendingWindow window) {
        List<AacFrame> frames = frames(window);
        EpochBuilder epoch = window.epoch;
        if (!window.isGap()) {
            begin(window, frames);
        }
        AudioRendition audio = epoch.begun() ? epoch.audio() : null;
        Optional<AudioRendition.Piece> piece =
                audio == null ? Optional.empty() : audio.segment(frames, window.window.start(), window.window.end());
        return new Prepared(window, frames, piece, epoch.begun());
    }

    /**
     * Writes the window's audio segment. Blocks on the disk, so it is called without the packager's lock.
     *
     * @return its file; {@code null} where there is none, so that the audio is a gap
     */
    @Nullable
    Path write(Prepared prepared) {
        if (prepared.audio().isEmpty()) {
            return null;
        }
        AudioRendition.Piece piece = prepared.audio().get();
        try {
            return store.audio(piece.time(), piece.bytes());
        } catch (IOException full) {
            LOG.warnf("audio segment cannot be written and becomes a gap: %s", full.getMessage());
            return null;
        }
    }

    /** Publishes a window with its passthrough and its audio, before it is encoded. Guarded by the packager. */
    void publishEarly(Prepared prepared, @Nullable Path audio, long nanos) {
        PendingWindow window = prepared.window();
        long number = timeline.publishEarly(publication(prepared, audio), nanos);
        window.early = new PendingWindow.Early(number, window.epoch.start());
    }

    /** Publishes a window as a whole. Guarded by the packager. */
    void publish(Prepared prepared, @Nullable Path audio, long nanos) {
        PendingWindow window = prepared.window();
        if (!window.isGap()) {
            describe(window.epoch, window.made());
        }
        timeline.publish(publication(prepared, audio), nanos);
    }

    private static List<AacFrame> frames(PendingWindow window) {
        // The first segment's audio begins with the frame that is heard when the video begins, not with the next one:
        // some players stop at a beginning without audio.
        long start = window.window.start();
        long from = window.epoch.audio() == null ? start - LONGEST_FRAME + 1 : start;
        return window.epoch.run.audio.between(from, window.window.end());
    }

    /** Begins an epoch where the window does not fit to the one before. */
    private void begin(PendingWindow window, List<AacFrame> frames) {
        EpochBuilder epoch = window.epoch;
        if (epoch.differs(window.made(), !frames.isEmpty())) {
            epoch.begin(
                    window.made(),
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
     * Publishes the rest of a window that was published early. Guarded by the packager.
     *
     * @return files of what no longer fits to its epoch, or comes too late: to be deleted
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
        boolean taken = timeline.complete(early.number(), segments, files);
        return rest.stream()
                .filter(rendition -> !taken || !fitting.contains(rendition))
                .map(EncodedWindow.Encoded::file)
                .toList();
    }

    /** Says of the epoch's tracks what is known with these renditions; returns those that fit. */
    private List<EncodedWindow.Encoded> describe(EpochBuilder epoch, List<EncodedWindow.Encoded> made) {
        int known = epoch.inits().size();
        List<EncodedWindow.Encoded> fitting = made.stream().filter(epoch::take).toList();
        if (epoch.inits().size() > known) {
            timeline.describe(epoch.start(), epoch.tracks(), epoch.inits());
        }
        return fitting;
    }

    private static SegmentTimeline.Publication publication(Prepared prepared, @Nullable Path audio) {
        PendingWindow window = prepared.window();
        Map<String, EncodedWindow.Encoded> made = new HashMap<>();
        window.made().forEach(rendition -> made.put(rendition.name(), rendition));
        List<Segment> segments = new ArrayList<>();
        List<@Nullable Path> files = new ArrayList<>();
        for (Track track : window.epoch.tracks()) {
            EncodedWindow.Encoded rendition = made.get(track.name());
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
                .map(piece -> piece.segment(gap))
                .orElseGet(() -> audio.gap(window.start(), window.end()));
    }
}
