package io.xg2g.channel;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Files of a running channel's source windows, deleted after a time. Used by one thread at a time. */
final class SourceFiles {
    /** Longer than any transcoding unit needs them. */
    private static final long RETENTION_NANOS = TimeUnit.SECONDS.toNanos(60);

    private record SourceFile(Path file, long readyAt) {}

    private final Deque<SourceFile> files = new ArrayDeque<>();
    private final Consumer<Path> delete;

    /** @param delete deletes a file; must not throw */
    SourceFiles(Consumer<Path> delete) {
        this.delete = delete;
    }

    /** Adds the file of a window that is complete since a time. */
    void add(Path file, long readyAt) {
        files.addLast(new SourceFile(file, readyAt));
    }

    /** Deletes the files whose retention is over, but not the latest one, of which slates are made. */
    void sweep(long now) {
        while (files.size() > 1 && now - files.getFirst().readyAt() > RETENTION_NANOS) {
            delete.accept(files.removeFirst().file());
        }
    }
}
