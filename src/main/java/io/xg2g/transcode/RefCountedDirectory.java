package io.xg2g.transcode;

import io.xg2g.process.WorkDirectory;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Reference-counted work directory, deleted when the last reference is released. Created with one reference. Thread-safe. */
final class RefCountedDirectory {
    private final Path path;
    private final Consumer<Path> delete;
    private final AtomicInteger holders = new AtomicInteger(1);

    /**
     * Wraps an existing directory.
     *
     * @param delete called once, by the last {@link #release}; must not block
     */
    RefCountedDirectory(Path path, Consumer<Path> delete) {
        this.path = path;
        this.delete = delete;
    }

    /** Creates a directory. */
    static RefCountedDirectory in(WorkDirectory work) {
        return new RefCountedDirectory(work.create(), path -> Thread.startVirtualThread(() -> work.delete(path)));
    }

    Path path() {
        return path;
    }

    /** Adds a reference; returns false if the last one was already released. */
    boolean hold() {
        return holders.updateAndGet(count -> count == 0 ? 0 : count + 1) > 0;
    }

    /** Releases a reference. */
    void release() {
        if (holders.decrementAndGet() == 0) {
            delete.accept(path);
        }
    }
}
