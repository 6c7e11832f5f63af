package io.xg2g.media;

import java.util.Arrays;

/**
 * Splitter of a byte stream into the JPEG images in it (ITU-T T.81, annex B).
 *
 * <p>The marker segments of an image are skipped by their lengths, so that an image embedded in one, a thumbnail, ends
 * nothing. Entropy-coded data ends at the first marker that is not a restart marker. An image is passed on only if it is
 * whole: SOI, quantization tables, one frame header with a size, Huffman tables, a scan, EOI.
 *
 * <pre>
 *   SEARCH ── SOI ──► MARKER ◄───────────────┐
 *      ▲                │ length             │ marker
 *      │                ├──► SEGMENT ──► SCAN ┘ (behind SOS)
 *      └── EOI, defect ─┘
 * </pre>
 *
 * <p>After a defect the search goes on where it was found, so that nothing of a broken image is taken for another one.
 * At most the maximum size of an image is buffered. Not thread-safe.
 */
public final class JpegSplitter {
    /** Bytes between two images that are retained: the latest ones. */
    static final int MAX_BETWEEN = 1024;

    private static final int INITIAL = 64 * 1024;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int DHT = 0xc4;
    private static final int TEM = 0x01;

    /** Receiver of what is found. */
    public interface Sink {
        /**
         * Called for each whole image.
         *
         * @param between the bytes since the image or defect before, at most the latest 1024
         */
        void image(Jpeg image, byte[] between);

        /**
         * Called for each image that is not whole, and skipped.
         *
         * @param reason one sentence
         */
        void invalid(String reason);
    }

    private enum State {
        SEARCH,
        MARKER,
        SCAN
    }

    private final int maxBytes;
    private final Sink sink;
    private byte[] buffer = new byte[INITIAL];
    private int size;
    private int at;
    private State state = State.SEARCH;
    private byte[] between = new byte[0];
    private int width;
    private int height;
    private boolean quantized;
    private boolean huffman;
    private boolean scanned;

    /**
     * Creates a splitter.
     *
     * @param maxBytes maximum size of an image
     */
    public JpegSplitter(int maxBytes, Sink sink) {
        this.maxBytes = maxBytes;
        this.sink = sink;
    }

    /** Processes the next bytes of the stream. */
    public void accept(byte[] bytes, int offset, int length) {
        append(bytes, offset, length);
        boolean advanced = true;
        while (advanced) {
            advanced = switch (state) {
                case SEARCH -> search();
                case MARKER -> marker();
                case SCAN -> scan();
            };
        }
        if (state != State.SEARCH && size > maxBytes) {
            defect("an image has more than " + maxBytes + " bytes", size);
        }
    }

    /** Processes the end of the stream: an image that has begun is not whole. */
    public void end() {
        if (state != State.SEARCH) {
            defect("the stream ended within an image", size);
        }
    }

    private void append(byte[] bytes, int offset, int length) {
        if (buffer.length < size + length) {
            buffer = Arrays.copyOf(buffer, Math.max(size + length, buffer.length * 2));
        }
        System.arraycopy(bytes, offset, buffer, size, length);
        size += length;
    }

    /** Finds SOI and the marker behind it. */
    private boolean search() {
        for (int i = 0; i + 2 < size; i++) {
            if (at(i) == 0xff && at(i + 1) == SOI && at(i + 2) == 0xff) {
                keepBetween(i);
                discard(i);
                begin();
                return true;
            }
        }
        int kept = Math.min(size, 2);
        keepBetween(size - kept);
        discard(size - kept);
        return false;
    }

    private void begin() {
        state = State.MARKER;
        at = 2;
        width = 0;
        height = 0;
        quantized = false;
        huffman = false;
        scanned = false;
    }

    /** Processes one marker and its segment, once both are complete. */
    private boolean marker() {
        while (at < size && at(at) == 0xff && at + 1 < size && at(at + 1) == 0xff) {
            at++; // Fill bytes.
        }
        if (at + 2 > size) {
            return false;
        }
        if (at(at) != 0xff) {
            return defect("a marker is expected where there is none", at);
        }
        int marker = at(at + 1);
        if (marker == EOI) {
            return finish();
        }
        if (marker == SOI) {
            return defect("an image begins within another one", at);
        }
        if (marker == 0 || marker == TEM || isRestart(marker)) {
            return defect("a marker is not allowed at its place", at + 2);
        }
        if (at + 4 > size) {
            return false;
        }
        int length = at(at + 2) << 8 | at(at + 3);
        if (length < 2) {
            return defect("a segment is shorter than its length", at + 2);
        }
        if (at + 2 + length > size) {
            return at + 2 + length > maxBytes && defect("an image has more than " + maxBytes + " bytes", at + 4);
        }
        return segment(marker, at + 4, length - 2);
    }

    private boolean segment(int marker, int start, int length) {
        if (isFrameHeader(marker)) {
            if (marker > 0xc2 || width > 0 || length < 6) {
                return defect("the frame header is not that of a baseline or progressive image", start);
            }
            height = at(start + 1) << 8 | at(start + 2);
            width = at(start + 3) << 8 | at(start + 4);
            if (width == 0 || height == 0) {
                return defect("the image has no size", start);
            }
        }
        quantized |= marker == DQT;
        huffman |= marker == DHT;
        at = start + length;
        if (marker == SOS) {
            if (width == 0 || !quantized || !huffman) {
                return defect("a scan begins before its headers and tables", at);
            }
            scanned = true;
            state = State.SCAN;
        }
        return true;
    }

    /** Skips entropy-coded data. */
    private boolean scan() {
        while (at + 1 < size) {
            if (at(at) != 0xff) {
                at++;
                continue;
            }
            int next = at(at + 1);
            if (next == 0 || isRestart(next)) {
                at += 2;
            } else if (next == 0xff) {
                at++;
            } else {
                state = State.MARKER;
                return true;
            }
        }
        return false;
    }

    private boolean finish() {
        at += 2;
        if (!scanned) {
            return defect("the image has no scan", at);
        }
        if (at > maxBytes) {
            return defect("an image has more than " + maxBytes + " bytes", at);
        }
        Jpeg image = new Jpeg(Arrays.copyOf(buffer, at), width, height);
        byte[] before = between;
        discard(at);
        between = new byte[0];
        state = State.SEARCH;
        sink.image(image, before);
        return true;
    }

    /** Skips a broken image up to a position. */
    private boolean defect(String reason, int end) {
        discard(end);
        between = new byte[0];
        state = State.SEARCH;
        sink.invalid(reason);
        return true;
    }

    private void keepBetween(int length) {
        if (length == 0) {
            return;
        }
        int old = Math.clamp(MAX_BETWEEN - length, 0, between.length);
        int added = Math.min(length, MAX_BETWEEN);
        byte[] all = Arrays.copyOfRange(between, between.length - old, between.length + added);
        System.arraycopy(buffer, length - added, all, old, added);
        between = all;
    }

    /** Removes bytes from the start of the buffer. A buffer that one large image needed is not kept. */
    private void discard(int length) {
        int left = size - length;
        if (buffer.length > INITIAL && left < INITIAL / 2 && length < buffer.length / 4) {
            buffer = Arrays.copyOfRange(buffer, length, length + buffer.length / 2);
        } else {
            System.arraycopy(buffer, length, buffer, 0, left);
        }
        size = left;
        at = 0;
    }

    private static boolean isRestart(int marker) {
        return marker >= 0xd0 && marker <= 0xd7;
    }

    /** Returns whether a marker is SOF0 to SOF15; DHT, JPG and DAC are in the same range. */
    private static boolean isFrameHeader(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != DHT && marker != 0xc8 && marker != 0xcc;
    }

    private int at(int index) {
        return buffer[index] & 0xff;
    }
}
