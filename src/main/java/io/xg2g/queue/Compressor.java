package io.xg2g.queue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compresses payloads (raw DEFLATE, level 1) where that saves at least an eighth. After a payload that did not get smaller, the
 * next ones are not tried: 1, 3, 7 and so on up to {@value #MOST_SKIPPED}, until one gets smaller again. Thread-safe.
 */
final class Compressor {
    private static final int LEAST_BYTES = 256;
    private static final int MOST_SKIPPED = 255;
    private static final int CHUNK = 1 << 13;

    private final boolean enabled;

    /** Payloads that are skipped from now on, and how many were after the latest failure. */
    private final AtomicInteger left = new AtomicInteger();

    private volatile int skipped;

    Compressor(boolean enabled) {
        this.enabled = enabled;
    }

    /** Returns a smaller array, or the same. */
    byte[] compress(byte[] payload) {
        if (!enabled || payload.length < LEAST_BYTES || left.getAndUpdate(n -> Math.max(n - 1, 0)) > 0) {
            return payload;
        }
        byte[] smaller = new byte[payload.length - payload.length / 8];
        Deflater deflater = new Deflater(1, true);
        try {
            deflater.setInput(payload);
            deflater.finish();
            int length = deflater.deflate(smaller);
            if (deflater.finished()) {
                skipped = 0;
                return Arrays.copyOf(smaller, length);
            }
        } finally {
            deflater.end();
        }
        skipped = Math.min(2 * skipped + 1, MOST_SKIPPED);
        left.set(skipped);
        return payload;
    }

    /**
     * Returns the payload of a compressed one.
     *
     * @throws DataFormatException if it is not one of that length
     */
    static byte[] decompress(byte[] stored, int length) throws DataFormatException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream(Math.min(length, CHUNK));
        byte[] chunk = new byte[CHUNK];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(stored);
            while (!inflater.finished()) {
                int read = inflater.inflate(chunk);
                payload.write(chunk, 0, read);
                if (read == 0 || payload.size() > length) {
                    break;
                }
            }
        } finally {
            inflater.end();
        }
        if (payload.size() != length) {
            throw new DataFormatException("payload has not " + length + " bytes");
        }
        return payload.toByteArray();
    }
}
