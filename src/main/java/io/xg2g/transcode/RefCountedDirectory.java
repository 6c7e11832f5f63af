package io.xg2g.transcode;

import io.xg2g.process.WorkDirectory;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A work directory that is deleted when its last holder lets go. Whoever makes it holds it. */
final class RefCountedDirectory {
    private final Path path;
    private final Consumer<Path> delete;
    private final AtomicInteger holders = new AtomicInteger(1);

    /**
     * Takes over an existing directory.
     *
     * @param delete called once; must not block
     */
    RefCountedDirectory(Path path, Consumer<Path> delete) {
        this.path = path;
        this.delete = delete;
    }

    /** A new one. */
    static RefCountedDirectory in(WorkDirectory work) {
        return new RefCountedDirectory(work.create(), path -> Thread.startVirtualThread(() -> work.delete(path)));
    }

    Path path() {
        return path;
    }

    /** One more holder; false where the last one has let go already. */
    boolean hold() {
        return holders.updateAndGet(count -> count == 0 ? 0 : count + 1) > 0;
    }

    /** One holder less. */
    void release() {
        if (holders.decrementAndGet() == 0) {
            delete.accept(path);
        }
    }
}
