package io.xg2g.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Ring buffer of the last 64 KiB of a process's stderr. Thread-safe. */
public final class StderrTail {
    private static final int SIZE = 64 * 1024;

    private final byte[] ring = new byte[SIZE];
    private long written;

    /** Reads until the end of the stream. Blocks: called on a platform thread. */
    public void drain(InputStream stderr) {
        byte[] buffer = new byte[4096];
        try (stderr) {
            for (int n = stderr.read(buffer); n >= 0; n = stderr.read(buffer)) {
                add(buffer, n);
            }
        } catch (IOException closed) {
            // The pipe was closed by the end of the process.
        }
    }

    synchronized void add(byte[] bytes, int length) {
        int offset = 0;
        while (offset < length) {
            int at = (int) (written % SIZE);
            int n = Math.min(length - offset, SIZE - at);
            System.arraycopy(bytes, offset, ring, at, n);
            offset += n;
            written += n;
        }
    }

    /** Returns the content, decoded as UTF-8. */
    public synchronized String text() {
        if (written <= SIZE) {
            return new String(ring, 0, (int) written, StandardCharsets.UTF_8);
        }
        byte[] all = new byte[SIZE];
        int at = (int) (written % SIZE);
        System.arraycopy(ring, at, all, 0, SIZE - at);
        System.arraycopy(ring, 0, all, SIZE - at, at);
        return new String(all, StandardCharsets.UTF_8);
    }
}
