package io.xg2g.media;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Splitter of an elementary stream into timed frames: the PTS of a PES packet is that of the first frame that starts in
 * it (ISO/IEC 13818-1, 2.4.3.7), and later frames follow without a gap. Frames before the first PTS are dropped. Not
 * thread-safe.
 */
final class AudioSplitter {
    private static final int NONE = -1;
    private static final int MIN_BYTES = AdtsHeader.MIN_BYTES;

    /**
     * What a splitter needs to know of a frame.
     *
     * @param bytes size with the header
     * @param samples by which the next frame is later; 0 if it has the time of this one
     * @param emitted whether the frame is part of the track
     */
    record Head(int bytes, int samples, int sampleRate, boolean emitted) {}

    /** Syntax of the frames of a codec, whose headers are recognised by their first {@value #MIN_BYTES} bytes. */
    private interface Syntax {
        Optional<Head> head(byte[] data, int at);

        AudioFrame frame(long pts, byte[] data);
    }

    private static final Syntax ADTS = new Syntax() {
        @Override
        public Optional<Head> head(byte[] data, int at) {
            return AdtsHeader.parse(data, at)
                    .map(header -> new Head(header.frameLength(), AdtsHeader.SAMPLES, header.sampleRate(), true));
        }

        @Override
        public AudioFrame frame(long pts, byte[] data) {
            return new AacFrame(pts, data);
        }
    };

    private static final Syntax AC3 = new Syntax() {
        @Override
        public Optional<Head> head(byte[] data, int at) {
            return Ac3Header.parse(data, at).map(AudioSplitter::head);
        }

        @Override
        public AudioFrame frame(long pts, byte[] data) {
            return new Ac3Frame(pts, data);
        }
    };

    private final Syntax syntax;
    private final Consumer<AudioFrame> frames;
    private final byte[] buffer = new byte[2 * AdtsHeader.MAX_FRAME_BYTES];
    private int filled;
    private boolean synced;
    private boolean timed;
    private int mark = NONE;
    private long markedPts;
    private long basePts;
    private long samples;

    /** Makes a splitter of ADTS, AC-3 or E-AC-3; of E-AC-3, the first independent substream is emitted. */
    AudioSplitter(AudioCodec codec, Consumer<AudioFrame> frames) {
        this.syntax = codec == AudioCodec.AAC ? ADTS : AC3;
        this.frames = frames;
    }

    /** The other substreams of E-AC-3 belong to the time of the first. */
    private static Head head(Ac3Header header) {
        boolean emitted = !header.dependent();
        return new Head(header.frameLength(), emitted ? header.samples() : 0, header.sampleRate(), emitted);
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
        while (filled - at >= MIN_BYTES) {
            Optional<Head> head = syntax.head(buffer, at);
            if (head.isEmpty()) {
                synced = false;
                at++;
                continue;
            }
            int end = at + head.get().bytes();
            // Without sync, a header counts only if another one follows its frame.
            boolean unproven = !synced && !last;
            if (end + (unproven ? MIN_BYTES : 0) > filled) {
                break;
            }
            synced = !unproven || syntax.head(buffer, end).isPresent();
            if (synced) {
                emit(at, end, head.get());
            }
            at = synced ? end : at + 1;
        }
        System.arraycopy(buffer, at, buffer, 0, filled - at);
        filled -= at;
        mark = mark == NONE ? NONE : Math.max(0, mark - at);
    }

    private void emit(int at, int end, Head head) {
        if (mark != NONE && at >= mark) {
            basePts = markedPts;
            samples = 0;
            timed = true;
            mark = NONE;
        }
        if (timed) {
            long pts = basePts + samples * Ticks.PER_SECOND / head.sampleRate();
            samples += head.samples();
            if (head.emitted()) {
                frames.accept(syntax.frame(pts, Arrays.copyOfRange(buffer, at, end)));
            }
        }
    }
}
