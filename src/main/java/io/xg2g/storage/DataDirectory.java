package io.xg2g.storage;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.schedule.PeriodicTasks;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * The directory {@code xg2g.data-dir} for data that outlives the process, locked by one running program at a time.
 *
 * <p>If the directory or its lock file is deleted while the program runs, it is created again within a second; a
 * deleted file is written again when its content changes next. Thread-safe.
 */
@Singleton
@Startup
public class DataDirectory {
    private static final Logger LOG = Logger.getLogger(DataDirectory.class);
    private static final String PROPERTY = "xg2g.data-dir";
    private static final Duration CHECK = Duration.ofSeconds(1);

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final DirectoryLock lock;

    /** Guarded by this. */
    private boolean closed;

    /** Whether the latest attempt to create it again failed. Guarded by this. */
    private boolean failing;

    /**
     * Creates the directory if it does not exist, and locks it.
     *
     * @throws IllegalStateException if it cannot be created or written, or another program has locked it
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

    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        tasks.every(CHECK, "data-directory", this::restore);
    }

    /** Creates the directory and its lock file again if they were deleted. */
    synchronized void restore() {
        if (closed || lock.isInPlace()) {
            return;
        }
        try {
            Files.createDirectories(root, OWNER_ONLY);
            if (lock.renew()) {
                LOG.warnf(
                        "data directory or lock file deleted by another program, created again: directory=%s;"
                                + " files that were in it are written again with their next change",
                        root);
            }
            failing = false;
        } catch (IOException impossible) {
            if (!failing) {
                LOG.errorf("data directory deleted, and not created again: error=%s", impossible);
            }
            failing = true;
        }
    }

    /** Releases the lock. The directory is not created again afterwards. */
    @PreDestroy
    public synchronized void close() {
        closed = true;
        try {
            lock.close();
        } catch (IOException alreadyReleased) {
            LOG.debug("data directory lock not released", alreadyReleased);
        }
    }

    /** Returns the absolute path of the directory. */
    public Path path() {
        return root;
    }

    /**
     * Returns a file in the directory.
     *
     * @param name file name, or relative path with parent directories
     */
    public AtomicFile file(String name) {
        return new AtomicFile(root.resolve(name));
    }
}
