package io.xg2g.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Takes what a process writes to stdout: reports of progress, of which the last is kept, or bytes up to a limit. */
final class StdoutDrain {
    private static final int LONGEST_LINE = 1024;

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

    static StdoutDrain bytes(int most) {
        return new StdoutDrain(null, most);
    }

    boolean reportsProgress() {
        return parser != null;
    }

    /** Reads until the other side closes. */
    void drain(InputStream stdout) {
        byte[] buffer = new byte[8192];
        try (stdout) {
            for (int n = stdout.read(buffer); n >= 0; n = stdout.read(buffer)) {
                take(buffer, n);
            }
        } catch (IOException closed) {
            // The process has ended and its pipe with it; what was read until then is what there is.
        }
    }

    /** Waits until there is another report than the one known, or until woken, or for the time given. */
    Progress await(Progress known, long nanos, BooleanSupplier over) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (last.equals(known) && left > 0 && !over.getAsBoolean()) {
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

    /** What was collected, one character for each byte. */
    String text() {
        lock.lock();
        try {
            return collected.toString(StandardCharsets.ISO_8859_1);
        } finally {
            lock.unlock();
        }
    }

    private void take(byte[] buffer, int length) {
        lock.lock();
        try {
            if (parser == null) {
                collected.write(buffer, 0, Math.min(length, maxBytes - collected.size()));
            } else {
                lines(parser, new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
            }
        } finally {
            lock.unlock();
        }
    }

    private void lines(ProgressParser to, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\n') {
                if (line.length() < LONGEST_LINE) {
                    line.append(c);
                }
                continue;
            }
            to.line(line.toString()).ifPresent(report -> {
                last = report;
                changed.signalAll();
            });
            line.setLength(0);
        }
    }
}
