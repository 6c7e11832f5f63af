package io.xg2g.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reader of a process's stdout: retains the latest progress report, or collects bytes up to a limit. Thread-safe. */
final class StdoutDrain {
    private static final int MAX_LINE = 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final @Nullable ProgressParser parser;
    private final StringBuilder line = new StringBuilder();
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private final int maxBytes;
    private Progress last = Progress.NONE;

    private StdoutDrain(@Nullable ProgressParser parser, int maxBytes) {
        this.parser = parser;
        this.maxBytes = maxBytes;
    }

    static StdoutDrain progress() {
        return new StdoutDrain(new ProgressParser(), 0);
    }

    static StdoutDrain bytes(int max) {
        return new StdoutDrain(null, max);
    }

    boolean reportsProgress() {
        return parser != null;
    }

    /** Reads until the end of the stream. Blocks: called on a platform thread. */
    void drain(InputStream stdout) {
        byte[] buffer = new byte[8192];
        try (stdout) {
            for (int n = stdout.read(buffer); n >= 0; n = stdout.read(buffer)) {
                append(buffer, n);
            }
        } catch (IOException closed) {
            // The pipe was closed by the end of the process.
        }
    }

    /** Waits for a report other than the known one, for {@link #wake} with the condition met, or for a timeout in nanoseconds. */
    Progress await(Progress known, long nanos, BooleanSupplier ended) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (last.equals(known) && left > 0 && !ended.getAsBoolean()) {
                left = changed.awaitNanos(left);
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Progress last() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the collected bytes, one character (ISO 8859-1) for each. */
    String text() {
        lock.lock();
        try {
            return collected.toString(StandardCharsets.ISO_8859_1);
        } finally {
            lock.unlock();
        }
    }

    private void append(byte[] buffer, int length) {
        lock.lock();
        try {
            if (parser == null) {
                collected.write(buffer, 0, Math.min(length, maxBytes - collected.size()));
            } else {
                parseLines(parser, new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
            }
        } finally {
            lock.unlock();
        }
    }

    private void parseLines(ProgressParser target, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\n') {
                if (line.length() < MAX_LINE) {
                    line.append(c);
                }
                continue;
            }
            target.line(line.toString()).ifPresent(report -> {
                last = report;
                changed.signalAll();
            });
            line.setLength(0);
        }
    }
}
