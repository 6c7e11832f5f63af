package io.xg2g.ffmpeg;

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
 * The directory for everything temporary, held by one running program alone.
 *
 * <p>At start, what a killed predecessor left behind is removed: first its child processes, then its files. What others delete
 * while the program runs (the directory, its lock file, or a directory in it that is in use) is made again: when it is needed,
 * else within a second. Files that lay there are lost; who needs them fails as on a full disk.
 *
 * <p>Thread-safe. All methods but {@link #path} block on the disk.
 */
@ApplicationScoped
@Startup
public class WorkDirectory {
    private static final Logger LOG = Logger.getLogger(WorkDirectory.class);
    private static final String PROPERTY = "xg2g.ffmpeg.work-dir";

    /** The names that {@link #create} gives. */
    private static final Pattern OURS = Pattern.compile("u\\d+");

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final long minFree;
    private final Optional<ChildUser> user;
    private final DirectoryLock lock;

    /** What {@link #create} gave and {@link #delete} has not taken yet. */
    private final Set<Path> used = ConcurrentHashMap.newKeySet();

    /** Guarded by this. */
    private boolean closed;

    /** Whether something could not be made again the last time. Guarded by this. */
    private boolean failing;

    /**
     * Takes the directory, creating it if need be, for its owner only.
     *
     * @throws IllegalStateException if another program holds it, it belongs to another user, or it holds other files
     */
    WorkDirectory(FfmpegSettings settings) {
        root = settings.workDirectory();
        minFree = settings.minFreeDisk();
        user = settings.user();
        try {
            own();
            refuseForeign(root);
            lock = DirectoryLock.acquire(PROPERTY, root);
            OrphanReaper.end(root);
            clean();
        } catch (IOException unusable) {
            throw new UncheckedIOException(PROPERTY + " " + root + " cannot be used", unusable);
        }
    }

    /** Gives the directory up, so that another program can take it. */
    @PreDestroy
    synchronized void close() {
        closed = true;
        try {
            lock.close();
        } catch (IOException already) {
            LOG.debug("work directory lock not released", already);
        }
    }

    /** Deletes the directory with everything in it; it is not made again. */
    public void remove() {
        synchronized (this) {
            closed = true;
        }
        delete(root);
    }

    /** Creates a new, empty directory that only this user can read; whoever asks for it also deletes it. */
    public Path create() {
        try {
            Path made = make();
            give(made);
            used.add(made);
            return made;
        } catch (IOException impossible) {
            throw new UncheckedIOException("no directory could be made in xg2g.ffmpeg.work-dir", impossible);
        }
    }

    private Path make() throws IOException {
        try {
            return Files.createTempDirectory(root, "u");
        } catch (NoSuchFileException gone) {
            restore();
            return Files.createTempDirectory(root, "u");
        }
    }

    /** Deletes a file, or a directory with everything in it. What is already gone is no error. */
    public void delete(Path path) {
        forget(path);
        try {
            Files.walkFileTree(path, new Deleting());
        } catch (NoSuchFileException gone) {
            LOG.tracef("already gone: %s", path);
        } catch (IOException stubborn) {
            LOG.warn("temporary files could not be deleted", stubborn);
        }
    }

    /** From now on it is not made again. */
    private synchronized void forget(Path path) {
        used.remove(path);
    }

    /** Makes again what others have deleted. */
    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    synchronized void keep() {
        try {
            restore();
            failing = false;
        } catch (IOException impossible) {
            if (!failing) {
                LOG.errorf("work directory was deleted by another program, and cannot be made again: %s", impossible);
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
                own();
            } catch (IllegalStateException notOurs) {
                throw new IOException(notOurs.getMessage(), notOurs);
            }
            if (lock.renew()) {
                LOG.warnf("work directory or its lock file was deleted by another program, made again: %s", root);
            }
        }
        for (Path directory : used) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(directory, OWNER_ONLY);
                give(directory);
            }
        }
    }

    /**
     * Lets child processes read and write a file or directory that this program has made here. Files of others are left as they
     * are.
     */
    void give(Path path) throws IOException {
        if (user.isPresent() && path.toAbsolutePath().startsWith(root)) {
            user.get().own(path);
        }
    }

    /** Whether the directory exists, having been made again if need be. */
    private boolean isThere() {
        if (!Files.isDirectory(root)) {
            keep();
        }
        return Files.isDirectory(root);
    }

    /** Why no unit can be started now: too little space, or a directory that was deleted and cannot be made again. */
    public Optional<Failure> full() {
        if (!isThere()) {
            return Optional.of(new Failure(
                    Failure.Kind.DISK,
                    "the work directory (xg2g.ffmpeg.work-dir) was deleted and cannot be made again; the log"
                            + " says why"));
        }
        long free = root.toFile().getUsableSpace();
        if (free >= minFree) {
            return Optional.empty();
        }
        return Optional.of(new Failure(
                Failure.Kind.DISK,
                String.format(
                        Locale.ROOT,
                        "the work directory has %d MB free; %d MB must be (xg2g.ffmpeg.min-free-disk)",
                        free >> 20,
                        minFree >> 20)));
    }

    /** How many bytes can still be written: none where the directory was deleted and cannot be made again. */
    long free() {
        // Not by its FileStore, which is looked for in the table of mounts, where a chroot's is not.
        return isThere() ? root.toFile().getUsableSpace() : 0;
    }

    /** Where it is. */
    public Path path() {
        return root;
    }

    /** Creates the directory where it does not exist, and makes it its owner's only; child processes may enter it. */
    private void own() throws IOException {
        own(root);
        if (user.isPresent()) {
            user.get().letInto(PROPERTY, root);
        }
    }

    private static void own(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            @Nullable Path parent = directory.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(directory, OWNER_ONLY);
        }
        // By number: in a container a user need not have a name.
        Object me = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) || !owner.equals(me)) {
            throw new IllegalStateException(PROPERTY + " " + directory + " is not a directory of user " + me
                    + " (it belongs to " + owner + "); choose another one");
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /**
     * Refuses a directory that somebody else uses. This program's is known by its lock file; where that was removed, by what else
     * it holds: {@link #create}'s directories, and the default {@code xg2g.data-dir}, which may be created first.
     */
    private static void refuseForeign(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            boolean ours = Files.exists(directory.resolve(DirectoryLock.FILE))
                    || entries.allMatch(entry -> entry.endsWith("data") || isOurs(entry));
            if (!ours) {
                throw new IllegalStateException(PROPERTY + " " + directory
                        + " holds files that are not this program's; choose a new or an empty directory");
            }
        }
    }

    private static boolean isOurs(Path entry) {
        return OURS.matcher(String.valueOf(entry.getFileName())).matches();
    }

    private void clean() throws IOException {
        List<Path> left;
        try (Stream<Path> entries = Files.list(root)) {
            left = entries.filter(WorkDirectory::isOurs).toList();
        }
        if (!left.isEmpty()) {
            LOG.infof("left-over temporary files deleted: %d", left.size());
            left.forEach(this::delete);
        }
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
