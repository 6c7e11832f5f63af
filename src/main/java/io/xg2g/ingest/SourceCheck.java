package io.xg2g.ingest;

import io.xg2g.media.SourceMonitor;
import java.util.Optional;

/** Check whether the bytes of an open source can be used. Not thread-safe. */
final class SourceCheck {
    /** A source that sends more bytes at a stretch without a PAT and a PMT, or without data of its streams, is refused. */
    private static final long MAX_UNUSABLE_BYTES = 8L << 20;

    private final SourceMonitor monitor;

    /** Bytes since the source was last usable. Its tables or streams can be missing for a moment when they change. */
    private long unusable;

    SourceCheck(SourceMonitor monitor) {
        this.monitor = monitor;
    }

    /**
     * Checks the source after its next bytes.
     *
     * @param length number of bytes
     * @param segmented whether a segmenter takes them
     * @throws SourceException if the source cannot be used
     */
    void check(int length, boolean segmented) throws SourceException {
        if (monitor.scrambled()) {
            throw new SourceException(SourceException.Kind.SCRAMBLED, "the service is scrambled");
        }
        Optional<String> refusal = monitor.refusal();
        if (refusal.isPresent()) {
            throw new SourceException(SourceException.Kind.NOT_MEDIA, refusal.get());
        }
        boolean usable = monitor.programKnown() && (segmented || monitor.best().isPresent());
        unusable = usable ? 0 : unusable + length;
        if (unusable > MAX_UNUSABLE_BYTES) {
            throw new SourceException(
                    SourceException.Kind.NOT_MEDIA,
                    monitor.programKnown()
                            ? "the source sends no supported video or audio; stream types of its program in MPEG-TS: "
                                    + monitor.streamTypes()
                            : "the source sends no MPEG-TS program");
        }
    }
}
