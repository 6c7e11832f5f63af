package io.xg2g.ffmpeg;

import io.quarkus.runtime.Startup;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The directory for everything temporary, held by one running program alone.
 *
 * <p>At start, what a killed predecessor left behind is removed: first its child processes, then its files.
 */
@ApplicationScoped
@Startup
public class WorkDirectory {
    private static final Logger LOG = Logger.getLogger(WorkDirectory.class);
    private static final String PROPERTY = "xg2g.ffmpeg.work-dir";

    /** The names that {@link #create} gives. */
    private static final Pattern OURS = Pattern.compile("u\\d+");

    private final Path root;
    private final long minFree;
    private final DirectoryLock lock;

    /**
     * Takes the directory, creating it if need be, for its owner only.
     *
     * @throws IllegalStateException if another program holds it, it belongs to another user, or it holds other files
     */
    WorkDirectory(FfmpegSettings settings) {
        root = settings.workDirectory();
        minFree = settings.minFreeDisk();
        try {
            own(root);
            lock = DirectoryLock.acquire(PROPERTY, root);
            Orphans.end(root);
            clean();
        } catch (IOException unusable) {
            throw new UncheckedIOException(PROPERTY + " " + root + " cannot be used", unusable);
        }
    }

    /** Gives the directory up, so that another program can take it. */
    @PreDestroy
    void close() {
        try {
            lock.close();
        } catch (IOException already) {
            LOG.debug("work directory lock not released", already);
        }
    }

    /** Creates a new, empty directory that only this user can read; whoever asks for it also deletes it. */
    public Path create() {
        try {
            return Files.createTempDirectory(root, "u");
        } catch (IOException impossible) {
            throw new UncheckedIOException("no directory could be made in xg2g.ffmpeg.work-dir", impossible);
        }
    }

    /** Deletes a file, or a directory with everything in it. What is already gone is no error. */
    public void delete(Path path) {
        try {
            Files.walkFileTree(path, new Deleting());
        } catch (NoSuchFileException gone) {
            LOG.tracef("already gone: %s", path);
        } catch (IOException stubborn) {
            LOG.warn("temporary files could not be deleted", stubborn);
        }
    }

    /** Why no unit can be started now: too little space, or a directory that is gone. */
    public Optional<Failure> full() {
        OptionalLong free = free();
        if (free.isEmpty()) {
            return Optional.of(new Failure(Failure.Kind.DISK, "the work directory cannot be reached"));
        }
        if (free.getAsLong() >= minFree) {
            return Optional.empty();
        }
        return Optional.of(new Failure(
                Failure.Kind.DISK,
                String.format(
                        Locale.ROOT,
                        "the work directory has %d MB free; %d MB must be (xg2g.ffmpeg.min-free-disk)",
                        free.getAsLong() >> 20,
                        minFree >> 20)));
    }

    /** How many bytes can still be written; empty where the directory is gone. */
    OptionalLong free() {
        // Not by its FileStore, which is looked for in the table of mounts, where a chroot's is not.
        return Files.isDirectory(root) ? OptionalLong.of(root.toFile().getUsableSpace()) : OptionalLong.empty();
    }

    /** Where it is. */
    public Path path() {
        return root;
    }

    private static void own(Path directory) throws IOException {
        var ownerOnly = PosixFilePermissions.fromString("rwx------");
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            @Nullable Path parent = directory.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
        }
        // By number: in a container a user need not have a name.
        Object me = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) || !owner.equals(me)) {
            throw new IllegalStateException(PROPERTY + " " + directory + " is not a directory of user " + me
                    + " (it belongs to " + owner + "); choose another one");
        }
        if (!Files.exists(directory.resolve(DirectoryLock.FILE)) && !holdsOnlyData(directory)) {
            throw new IllegalStateException(PROPERTY + " " + directory
                    + " holds files that are not this program's; choose a new or an empty directory");
        }
        Files.setPosixFilePermissions(directory, ownerOnly);
    }

    /** Whether it is empty, but for the default {@code xg2g.data-dir}, which may be created first. */
    private static boolean holdsOnlyData(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.allMatch(entry -> entry.endsWith("data"));
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
