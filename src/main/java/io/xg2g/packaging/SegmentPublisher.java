package io.xg2g.packaging;

import io.xg2g.media.AacFrame;
import io.xg2g.media.AdtsHeader;
import io.xg2g.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Puts settled windows, with their sound, into a channel's timeline. Guarded by the channel's {@link Packager}. */
final class SegmentPublisher {
    private static final Logger LOG = Logger.getLogger(SegmentPublisher.class);

    /** What an audio frame lasts, in 90 kHz ticks: 1024 samples at 48 kHz. */
    private static final long LONGEST_FRAME = 1920;

    private final SegmentTimeline timeline;
    private final Path store;
    private final Consumer<Path> delete;

    /**
     * Publishes in one channel's timeline.
     *
     * @param store the channel's directory
     * @param delete deletes a file; must not throw
     */
    SegmentPublisher(SegmentTimeline timeline, Path store, Consumer<Path> delete) {
        this.timeline = timeline;
        this.store = store;
        this.delete = delete;
    }

    /** Publishes a window with its own video and its sound, before the rest of it is encoded. */
    void publishEarly(PendingWindow window, long nanos) {
        List<AacFrame> frames = frames(window);
        begin(window, frames);
        window.epochStart = window.epoch.start();
        window.number = OptionalLong.of(timeline.publishEarly(publication(window, frames), nanos));
    }

    /**
     * Publishes a window, or the rest of one that was published early. One that has nothing to show is a gap, or nothing at
     * all where no window was published before it.
     *
     * @return whether it was published
     */
    boolean publish(PendingWindow window, long nanos) {
        if (window.number.isPresent()) {
            complete(window, window.number.getAsLong());
            return true;
        }
        List<AacFrame> frames = frames(window);
        if (!window.isGap()) {
            begin(window, frames);
            describe(window.epoch, window.made());
        }
        if (!window.epoch.begun()) {
            return false;
        }
        timeline.publish(publication(window, frames), nanos);
        return true;
    }

    private static List<AacFrame> frames(PendingWindow window) {
        // The first segment's sound begins with the frame that is heard when the picture begins, not with the next one:
        // some players stop at a beginning without sound.
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

    /** The rest of a window. What does not fit to its epoch any longer comes too late. */
    private void complete(PendingWindow window, long number) {
        EpochBuilder epoch = window.epoch;
        List<EncodedWindow.Encoded> rest = window.unpublished();
        List<EncodedWindow.Encoded> fitting = epoch.start() == window.epochStart ? describe(epoch, rest) : List.of();
        Map<String, Segment> segments = new HashMap<>();
        Map<String, Path> files = new HashMap<>();
        for (EncodedWindow.Encoded rendition : fitting) {
            segments.put(rendition.name(), rendition.segment());
            files.put(rendition.name(), rendition.file());
        }
        boolean taken = timeline.complete(number, segments, files);
        rest.stream()
                .filter(rendition -> !taken || !fitting.contains(rendition))
                .forEach(rendition -> delete.accept(rendition.file()));
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

    private SegmentTimeline.Publication publication(PendingWindow window, List<AacFrame> frames) {
        Map<String, EncodedWindow.Encoded> made = new HashMap<>();
        window.made().forEach(rendition -> made.put(rendition.name(), rendition));
        List<Segment> segments = new ArrayList<>();
        List<@Nullable Path> files = new ArrayList<>();
        for (Track track : window.epoch.tracks()) {
            EncodedWindow.Encoded rendition = made.get(track.name());
            if (!track.isVideo()) {
                audio(window, frames, segments, files);
            } else if (rendition != null) {
                segments.add(rendition.segment());
                files.add(rendition.file());
            } else {
                segments.add(new Segment(window.begin(), window.window.duration(), 0, true));
                files.add(null);
            }
        }
        List<AacFrame> sound = frames.stream()
                .map(frame -> new AacFrame(frame.pts() + window.epoch.offset, frame.adts()))
                .toList();
        return new SegmentTimeline.Publication(segments, files, sound);
    }

    private void audio(
            PendingWindow window, List<AacFrame> frames, List<Segment> segments, List<@Nullable Path> files) {
        AudioRendition audio = Objects.requireNonNull(window.epoch.audio());
        Optional<AudioRendition.Piece> piece = audio.segment(frames, window.window.start(), window.window.end());
        Path file = piece.filter(this::isWritten).map(this::file).orElse(null);
        segments.add(piece.map(made -> made.segment(file == null))
                .orElseGet(() -> audio.gap(window.window.start(), window.window.end())));
        files.add(file);
    }

    private boolean isWritten(AudioRendition.Piece piece) {
        try {
            WholeFile.write(file(piece), piece.bytes());
            return true;
        } catch (IOException full) {
            LOG.warnf("a window's sound cannot be written: file=%s, %s", file(piece), full.getMessage());
            return false;
        }
    }

    private Path file(AudioRendition.Piece piece) {
        return store.resolve(AudioRendition.NAME + "-" + piece.time() + ".m4s");
    }
}
