package io.xg2g.live;

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

/** Puts settled windows, with their sound, into a channel's timeline. Guarded by the channel's {@link Packager}. */
final class Publications {
    private static final Logger LOG = Logger.getLogger(Publications.class);

    /** What an audio frame lasts, in 90 kHz ticks: 1024 samples at 48 kHz. */
    private static final long LONGEST_FRAME = 1920;

    private final SegmentTimeline timeline;
    private final Path store;

    /**
     * Publishes in one channel's timeline.
     *
     * @param store the channel's directory
     */
    Publications(SegmentTimeline timeline, Path store) {
        this.timeline = timeline;
        this.store = store;
    }

    /**
     * Publishes a window. One that has nothing to show is a gap, or nothing at all where no window was published before
     * it.
     *
     * @return whether it was published
     */
    boolean publish(PendingWindow window, long nanos) {
        OpenEpoch epoch = window.epoch;
        // The first segment's sound begins with the frame that is heard when the picture begins, not with the next one:
        // some players stop at a beginning without sound.
        long from = epoch.audio() == null ? window.window.start() - LONGEST_FRAME + 1 : window.window.start();
        List<AacFrame> frames = epoch.run.audio.between(from, window.window.end());
        boolean gap = window.isGap();
        if (!gap && epoch.differs(window.encoded, !frames.isEmpty())) {
            epoch.begin(
                    window.encoded,
                    frames.isEmpty()
                            ? Optional.empty()
                            : AdtsHeader.parse(frames.getFirst().adts(), 0));
            if (epoch.begun()) {
                timeline.begin(window.begin(), epoch.tracks(), epoch.inits());
            }
        }
        if (!epoch.begun()) {
            return false;
        }
        timeline.publish(publication(window, frames), nanos);
        return true;
    }

    private SegmentTimeline.Publication publication(PendingWindow window, List<AacFrame> frames) {
        Map<String, EncodedWindow.Encoded> made = new HashMap<>();
        if (window.encoded != null) {
            window.encoded.renditions().forEach(rendition -> made.put(rendition.name(), rendition));
        }
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
