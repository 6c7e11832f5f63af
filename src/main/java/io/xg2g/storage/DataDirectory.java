package io.xg2g.storage;

import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jboss.logging.Logger;

/**
 * The directory {@code xg2g.data-dir} for what outlives the process. One running program holds it at a time, and makes it and its
 * lock file again where they are deleted meanwhile; files that lay in it are written again with their next change.
 */
@Singleton
@Startup
public class DataDirectory {
    private static final Logger LOG = Logger.getLogger(DataDirectory.class);
    private static final String PROPERTY = "xg2g.data-dir";

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final DirectoryLock lock;

    /** Guarded by this. */
    private boolean closed;

    /** Whether it could not be made again the last time. Guarded by this. */
    private boolean failing;

    /**
     * Creates the directory where it does not exist, and locks it.
     *
     * @throws IllegalStateException if it cannot be created or written, or another program holds it
     */
    DataDirectory(StorageConfig config) {
        root = config.dataDir().toAbsolutePath().normalize();
        try {
            Files.createDirectories(root, OWNER_ONLY);
            lock = DirectoryLock.acquire(PROPERTY, root);
        } catch (IOException unusable) {
            throw new IllegalStateException(
                    PROPERTY + " " + root + " cannot be used (" + unusable
                            + "); it has to be a directory that this user can create or write",
                    unusable);
        }
    }

    /** Makes the directory and its lock file again where they were deleted. */
    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    synchronized void keep() {
        if (closed || lock.isInPlace()) {
            return;
        }
        try {
            Files.createDirectories(root, OWNER_ONLY);
            if (lock.renew()) {
                LOG.warnf(
                        "data directory or its lock file was deleted by another program, made again: directory=%s;"
                                + " files that lay in it are written again with their next change",
                        root);
            }
            failing = false;
        } catch (IOException impossible) {
            if (!failing) {
                LOG.errorf("data directory was deleted, and cannot be made again: %s", impossible);
            }
            failing = true;
        }
    }

    /** Releases the directory for another program, and does not make it again. */
    @PreDestroy
    public synchronized void close() {
        closed = true;
        try {
            lock.close();
        } catch (IOException alreadyReleased) {
            LOG.debug("data directory lock not released", alreadyReleased);
        }
    }

    /** The absolute path of the directory. */
    public Path path() {
        return root;
    }

    /**
     * A file in the directory.
     *
     * @param name a file name, or a relative path with its directories
     */
    public AtomicFile file(String name) {
        return new AtomicFile(root.resolve(name));
    }
}
