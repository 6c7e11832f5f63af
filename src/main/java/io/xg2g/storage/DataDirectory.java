package io.xg2g.storage;

import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jboss.logging.Logger;

/** The directory {@code xg2g.data-dir} for what outlives the process. One running program holds it at a time. */
@Singleton
@Startup
public class DataDirectory {
    private static final Logger LOG = Logger.getLogger(DataDirectory.class);
    private static final String PROPERTY = "xg2g.data-dir";

    private final Path root;
    private final DirectoryLock lock;

    /**
     * Creates the directory where it does not exist, and locks it.
     *
     * @throws IllegalStateException if it cannot be created or written, or another program holds it
     */
    DataDirectory(StorageConfig config) {
        root = config.dataDir().toAbsolutePath().normalize();
        try {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            lock = DirectoryLock.acquire(PROPERTY, root);
        } catch (IOException unusable) {
            throw new IllegalStateException(
                    PROPERTY + " " + root + " cannot be used (" + unusable
                            + "); it has to be a directory that this user can create or write",
                    unusable);
        }
    }

    /** Releases the directory for another program. */
    @PreDestroy
    void close() {
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
