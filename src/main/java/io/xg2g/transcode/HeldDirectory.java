package io.xg2g.transcode;

import io.xg2g.ffmpeg.WorkDirectory;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A work directory that is deleted when its last holder lets go. Whoever makes it holds it. */
final class HeldDirectory {
    private final WorkDirectory work;
    private final Path path;
    private final AtomicInteger holders = new AtomicInteger(1);

    HeldDirectory(WorkDirectory work, Path path) {
        this.work = work;
        this.path = path;
    }

    Path path() {
        return path;
    }

    void hold() {
        holders.incrementAndGet();
    }

    /** Blocks on the disk when it is the last one. */
    void release() {
        if (holders.decrementAndGet() == 0) {
            work.delete(path);
        }
    }
}
