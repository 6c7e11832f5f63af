package io.xg2g.ingest;

import java.io.ByteArrayOutputStream;

/** A source's first bytes, kept until it is known what it holds. Not thread-safe. */
final class StartupBuffer {
    /** Who has not sent everything that it announces by now, leaves it out. */
    private static final long LONG_NANOS = 1_000_000_000L;

    private static final int MOST_BYTES = 4 << 20;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long began;

    /** Keeps bytes; the oldest go where it would become too many. */
    void write(byte[] data, int offset, int length) {
        if (bytes.size() == 0) {
            began = System.nanoTime();
        }
        if (bytes.size() + length > MOST_BYTES) {
            bytes.reset();
        }
        bytes.write(data, offset, length);
    }

    /** Whether waiting for more makes no sense. */
    boolean isLong() {
        return bytes.size() > MOST_BYTES / 2 || System.nanoTime() - began > LONG_NANOS;
    }

    /** Everything that was kept, once. */
    byte[] take() {
        byte[] all = bytes.toByteArray();
        bytes.reset();
        return all;
    }
}
