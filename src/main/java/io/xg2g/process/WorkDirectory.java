package io.xg2g.process;

import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xg2g.storage.DirectoryLock;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Directory of temporary files, locked by one running program.
 *
 * <p>At start the child processes and then the files of a killed instance are removed. If the directory, its lock file or a
 * directory in use is deleted by another program, it is created again when it is needed, or within a second. Its files are lost;
 * a unit that needs them fails as on a full disk.
 *
 * <p>Thread-safe. All methods block on the disk.
 */
@ApplicationScoped
@Startup
public class WorkDirectory {
    private static final Logger LOG = Logger.getLogger(WorkDirectory.class);
    private static final String PROPERTY = "xg2g.ffmpeg.work-dir";

    /** Names of directories made by {@link #create}. */
    private static final Pattern CREATED = Pattern.compile("u\\d+");

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final long minFree;
    private final Optional<ChildUser> user;
    private final DirectoryLock lock;

    /** Directories from {@link #create} that {@link #delete} has not removed. */
    private final Set<Path> inUse = ConcurrentHashMap.newKeySet();

    /** Guarded by this. */
    private boolean closed;

    /** Whether the last restore failed. Guarded by this. */
    private boolean failing;

    /**
     * Locks the directory and creates it if necessary, accessible to its owner only.
     *
     * @throws IllegalStateException if another program has locked it, it belongs to another user, or it holds foreign files
     */
    public WorkDirectory(ProcessSettings settings) {
        root = settings.workDirectory();
        minFree = settings.minFreeDisk();
        user = settings.user();
        try {
            secure();
            rejectForeign(root);
            lock = DirectoryLock.acquire(PROPERTY, root);
            OrphanReaper.end(root);
            clean();
        } catch (IOException unusable) {
            throw new UncheckedIOException(PROPERTY + " " + root + " cannot be used", unusable);
        }
    }

    /** Unlocks the directory. */
    @PreDestroy
    public synchronized void close() {
        closed = true;
        try {
            lock.close();
        } catch (IOException failure) {
            LOG.debug("work directory lock not released", failure);
        }
    }

    /** Deletes the directory with all files; it is not created again. */
    public void remove() {
        synchronized (this) {
            closed = true;
        }
        delete(root);
    }

    /** Creates an empty directory for its owner only. The caller deletes it by {@link #delete}. */
    public Path create() {
        try {
            Path created = makeDirectory();
            grant(created);
            inUse.add(created);
            return created;
        } catch (IOException failure) {
            throw new UncheckedIOException("no directory could be created in xg2g.ffmpeg.work-dir", failure);
        }
    }

    private Path makeDirectory() throws IOException {
        try {
            return Files.createTempDirectory(root, "u");
        } catch (NoSuchFileException gone) {
            restore();
            return Files.createTempDirectory(root, "u");
        }
    }

    /** Deletes a file, or a directory with all files. Paths that do not exist are ignored. */
    public void delete(Path path) {
        forget(path);
        deleteTree(path);
    }

    private static void deleteTree(Path path) {
        try {
            Files.walkFileTree(path, new DeletingVisitor());
        } catch (IOException failure) {
            LOG.warn("temporary files could not be deleted", failure);
        }
    }

    /** Excludes a directory from {@link #restore}. */
    private synchronized void forget(Path path) {
        inUse.remove(path);
    }

    /** Restores what other programs have deleted. */
    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    synchronized void restoreDeleted() {
        try {
            restore();
            failing = false;
        } catch (IOException failure) {
            if (!failing) {
                LOG.errorf(
                        "work directory was deleted by another program and cannot be created again: reason=%s",
                        failure);
            }
            failing = true;
        }
    }

    private synchronized void restore() throws IOException {
        if (closed) {
            return;
        }
        if (!lock.isInPlace()) {
            try {
                secure();
            } catch (IllegalStateException foreign) {
                throw new IOException(foreign.getMessage(), foreign);
            }
            if (lock.renew()) {
                LOG.warnf(
                        "work directory or its lock file was deleted by another program, created again: path=%s", root);
            }
        }
        for (Path directory : inUse) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(directory, OWNER_ONLY);
                grant(directory);
            }
        }
    }

    /**
     * Permits child processes to read and write a file or directory that this program has created in the work directory. Other
     * paths are ignored.
     */
    public void grant(Path path) throws IOException {
        if (user.isPresent() && path.toAbsolutePath().startsWith(root)) {
            user.get().makeOwner(path);
        }
    }

    /** Returns whether the directory exists, after restoring it if necessary. */
    private boolean exists() {
        if (!Files.isDirectory(root)) {
            restoreDeleted();
        }
        return Files.isDirectory(root);
    }

    /** Returns why no unit can be started now, if so: too little free space, or a directory that cannot be created again. */
    public Optional<String> unavailable() {
        if (!exists()) {
            return Optional.of(
                    "the work directory (xg2g.ffmpeg.work-dir) was deleted and cannot be created again; see the log");
        }
        long free = root.toFile().getUsableSpace();
        if (free >= minFree) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "the work directory has %d MB free; %d MB must be (xg2g.ffmpeg.min-free-disk)",
                free >> 20,
                minFree >> 20));
    }

    /** Returns the usable bytes; 0 if the directory was deleted and cannot be created again. */
    long free() {
        // Not by FileStore, which reads the mount table: a chroot is not in it.
        return exists() ? root.toFile().getUsableSpace() : 0;
    }

    /** Creates the directory if necessary and restricts it to its owner; the child user may enter it. */
    private void secure() throws IOException {
        secure(root);
        if (user.isPresent()) {
            user.get().permitTraversal(PROPERTY, root);
        }
    }

    private static void secure(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            @Nullable Path parent = directory.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(directory, OWNER_ONLY);
        }
        // Compared by number: in a container a user may have no name.
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) || !owner.equals(self)) {
            throw new IllegalStateException(PROPERTY + " " + directory + " is not a directory of user " + self
                    + " (it belongs to " + owner + "); choose another one");
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /**
     * Rejects a directory with files of other programs. A directory of this program has its lock file or, if that was removed,
     * nothing but directories from {@link #create} and the default {@code xg2g.data-dir}, which may be created first.
     */
    private static void rejectForeign(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            boolean own = Files.exists(directory.resolve(DirectoryLock.FILE))
                    || entries.allMatch(entry -> entry.endsWith("data") || isCreated(entry));
            if (!own) {
                throw new IllegalStateException(PROPERTY + " " + directory
                        + " holds files that are not this program's; choose a new or an empty directory");
            }
        }
    }

    private static boolean isCreated(Path entry) {
        return CREATED.matcher(String.valueOf(entry.getFileName())).matches();
    }

    private void clean() throws IOException {
        List<Path> leftovers;
        try (Stream<Path> entries = Files.list(root)) {
            leftovers = entries.filter(WorkDirectory::isCreated).toList();
        }
        if (!leftovers.isEmpty()) {
            LOG.infof("temporary files of a previous instance deleted: count=%d", leftovers.size());
            leftovers.forEach(WorkDirectory::deleteTree);
        }
    }

    private static final class DeletingVisitor extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        /** Continues behind a file that another thread or program has deleted meanwhile: the others are still there. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
