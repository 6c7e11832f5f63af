package io.xg2g.ingest;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Buffer for a source's first bytes, until its elementary streams are known. Holds at most 4 MiB. Not thread-safe. */
final class StartupBuffer {
    /** Maximum wait for elementary streams that the PMT announces; later ones are omitted. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    private static final int MAX_BYTES = 4 << 20;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final LongSupplier nanos;
    private long beganAt;

    /**
     * Creates an empty buffer.
     *
     * @param nanos clock, as {@link System#nanoTime}
     */
    StartupBuffer(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Appends bytes; drops all older ones if the size would exceed 4 MiB. */
    void write(byte[] data) {
        if (bytes.size() == 0) {
            beganAt = nanos.getAsLong();
        }
        if (bytes.size() + data.length > MAX_BYTES) {
            bytes.reset();
        }
        bytes.writeBytes(data);
    }

    /** Returns whether the wait for further streams is over: half full, or older than {@link #MAX_WAIT}. */
    boolean isExhausted() {
        return bytes.size() > MAX_BYTES / 2 || (bytes.size() > 0 && nanos.getAsLong() - beganAt > MAX_WAIT.toNanos());
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
