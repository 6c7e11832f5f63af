package io.xg2g.ingest;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Buffer of a source's first bytes, until its streams are known. Not thread-safe. */
final class StartupBuffer {
    /** A stream that is announced and has not begun by now is left out. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private static final int MAX_BYTES = 4 << 20;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final LongSupplier nanos;
    private long began;

    /**
     * Makes an empty buffer.
     *
     * @param nanos the time, as {@link System#nanoTime}
     */
    StartupBuffer(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Adds bytes; all older ones are dropped where it would become more than 4 MiB. */
    void write(byte[] data) {
        if (bytes.size() == 0) {
            began = nanos.getAsLong();
        }
        if (bytes.size() + data.length > MAX_BYTES) {
            bytes.reset();
        }
        bytes.writeBytes(data);
    }

    /** Returns whether no further streams are waited for. */
    boolean isLong() {
        return bytes.size() > MAX_BYTES / 2 || (bytes.size() > 0 && nanos.getAsLong() - began > LONGEST_WAIT.toNanos());
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
