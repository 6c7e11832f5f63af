package io.xg2g.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Keeps the end of what a process writes to stderr, in a buffer that goes round. Drained by one thread. */
public final class StderrTail {
    private static final int SIZE = 64 * 1024;

    private final byte[] ring = new byte[SIZE];
    private long written;

    /** Reads until the other side closes. */
    public void drain(InputStream stderr) {
        byte[] buffer = new byte[4096];
        try (stderr) {
            for (int n = stderr.read(buffer); n >= 0; n = stderr.read(buffer)) {
                add(buffer, n);
            }
        } catch (IOException closed) {
            // The process has ended and its pipe with it; what was read until then is what there is.
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

    /** The last 64 KiB, oldest first. */
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
