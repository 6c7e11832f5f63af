package io.xg2g.media;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Splitter of an elementary stream into timed ADTS frames: the PTS of a PES packet is that of the first frame that starts in
 * it (ISO/IEC 13818-1, 2.4.3.7), and later frames follow without a gap. Frames before the first PTS are dropped. Not
 * thread-safe.
 */
final class AdtsSplitter {
    private static final int NONE = -1;

    private final Consumer<AacFrame> frames;
    private final byte[] buffer = new byte[2 * AdtsHeader.MAX_FRAME_BYTES];
    private int filled;
    private boolean synced;
    private boolean timed;
    private int mark = NONE;
    private long markedPts;
    private long basePts;
    private long samples;

    AdtsSplitter(Consumer<AacFrame> frames) {
        this.frames = frames;
    }

    /** Sets the PTS of the first frame that starts in the bytes added next. */
    void time(long pts) {
        if (mark == NONE) {
            mark = filled;
            markedPts = pts;
        }
    }

    /** Adds bytes of the elementary stream, no more than a transport packet holds. */
    void add(byte[] data, int from, int to) {
        System.arraycopy(data, from, buffer, filled, to - from);
        filled += to - from;
        drain(false);
    }

    /** Drops the buffered bytes after a loss; emits no frame until the next PTS. */
    void reset() {
        filled = 0;
        synced = false;
        timed = false;
        mark = NONE;
    }

    /** Ends the stream: emits the buffered frames. */
    void finish() {
        drain(true);
        reset();
    }

    private void drain(boolean last) {
        int at = 0;
        while (filled - at >= AdtsHeader.MIN_BYTES) {
            Optional<AdtsHeader> header = AdtsHeader.parse(buffer, at);
            if (header.isEmpty()) {
                synced = false;
                at++;
                continue;
            }
            int end = at + header.get().frameLength();
            // Without sync, a header counts only if another one follows its frame.
            boolean unproven = !synced && !last;
            if (end + (unproven ? AdtsHeader.MIN_BYTES : 0) > filled) {
                break;
            }
            synced = !unproven || AdtsHeader.parse(buffer, end).isPresent();
            if (synced) {
                emit(at, end, header.get());
            }
            at = synced ? end : at + 1;
        }
        System.arraycopy(buffer, at, buffer, 0, filled - at);
        filled -= at;
        mark = mark == NONE ? NONE : Math.max(0, mark - at);
    }

    private void emit(int at, int end, AdtsHeader header) {
        if (mark != NONE && at >= mark) {
            basePts = markedPts;
            samples = 0;
            timed = true;
            mark = NONE;
        }
        if (timed) {
            long pts = basePts + samples * Ticks.PER_SECOND / header.sampleRate();
            samples += AdtsHeader.SAMPLES;
            frames.accept(new AacFrame(pts, Arrays.copyOfRange(buffer, at, end)));
        }
    }
}
