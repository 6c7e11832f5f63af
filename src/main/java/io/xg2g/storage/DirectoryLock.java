package io.xg2g.storage;

import io.quarkus.runtime.Quarkus;
import io.xg2g.config.ExitCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Exclusive lock on a directory between processes: an advisory lock (POSIX {@code fcntl}) on the file {@value #FILE} in
 * it. The operating system releases it when the process ends in whatever way.
 *
 * <p>The lock file may be deleted while it is locked, alone or with its directory. The holder detects that with
 * {@link #isInPlace} and locks a new file with {@link #renew}. Meanwhile {@link #acquire} refuses other programs, since
 * it searches the locks of all processes for that of the deleted file. (It sees only processes of the same container;
 * other processes are refused once the new file is locked.)
 *
 * <p>Thread-safe. All methods block on I/O. The file must not be opened elsewhere in this process: closing it would
 * release the lock.
 */
public final class DirectoryLock implements AutoCloseable {
    /** Name of the lock file. */
    public static final String FILE = "lock";

    private static final Logger LOG = Logger.getLogger(DirectoryLock.class);

    /** Attempts to lock a file that is replaced between being opened and being locked. */
    private static final int TRIES = 10;

    /** A locked file, and its identity: device and inode number. */
    private record Locked(FileChannel channel, Object identity) {}

    private final String property;
    private final Path directory;
    private final long offset;

    /** Guarded by this. */
    private Locked locked;

    private DirectoryLock(String property, Path directory, long offset, Locked locked) {
        this.property = property;
        this.directory = directory;
        this.offset = offset;
        this.locked = locked;
    }

    /**
     * Locks an existing directory.
     *
     * @param property configuration key of the directory, for the message
     * @throws IllegalStateException if another process, or another part of this one, holds the lock
     * @throws IOException if the lock file cannot be created or locked
     */
    public static DirectoryLock acquire(String property, Path directory) throws IOException {
        long offset = HeldLocks.offset(directory, FILE);
        Optional<Long> holder = HeldLocks.holder(offset);
        if (holder.isPresent()) {
            throw new IllegalStateException(
                    inUse(property, directory) + " (it is locked by process " + holder.get() + ")");
        }
        Locked locked = lock(directory.resolve(FILE), offset)
                .orElseThrow(() -> new IllegalStateException(inUse(property, directory)));
        return new DirectoryLock(property, directory, offset, locked);
    }

    /** Returns whether the locked file is still the one in the directory. */
    public synchronized boolean isInPlace() {
        return locked.identity().equals(identity(directory.resolve(FILE)));
    }

    /**
     * Locks the file that is in the directory now, or a new one, unless the locked file is
     * {@linkplain #isInPlace in place}. If another program has locked it first, both would use the directory: this
     * program then logs an error and shuts down with {@link ExitCode#FAILURE}.
     *
     * @return false if another program holds the lock
     * @throws IOException if the file cannot be created or locked; the old lock is retained
     */
    public boolean renew() throws IOException {
        boolean renewed = relock();
        if (!renewed) {
            LOG.errorf("program ends, its lock file was removed or replaced: %s", inUse(property, directory));
            Quarkus.asyncExit(ExitCode.FAILURE.value());
        }
        return renewed;
    }

    /** Does the same as {@link #renew}, without ending the program. */
    synchronized boolean relock() throws IOException {
        if (isInPlace()) {
            return true;
        }
        Optional<Locked> fresh = lock(directory.resolve(FILE), offset);
        if (fresh.isPresent()) {
            locked.channel().close();
            locked = fresh.get();
        }
        return fresh.isPresent();
    }

    /** Releases the lock. */
    @Override
    public synchronized void close() throws IOException {
        locked.channel().close();
    }

    private static String inUse(String property, Path directory) {
        return property + " " + directory + " is in use by another running program; give each its own directory";
    }

    /** Creates the file if it does not exist, and locks it; empty if it is locked by another process. */
    private static Optional<Locked> lock(Path file, long offset) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean retained = false;
            try {
                @Nullable Object identity = identity(file);
                if (!tryLock(channel, offset)) {
                    return Optional.empty();
                }
                if (identity != null && identity.equals(identity(file))) {
                    retained = true;
                    return Optional.of(new Locked(channel, identity));
                }
            } finally {
                if (!retained) {
                    channel.close();
                }
            }
        }
        throw new FileSystemException(
                file.toString(), null, "was replaced " + TRIES + " times while it was being locked");
    }

    private static boolean tryLock(FileChannel channel, long offset) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock(offset, 1, false);
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    /** Returns the identity of the file at a path without opening it; {@code null} if there is none. */
    private static @Nullable Object identity(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (NoSuchFileException removed) {
            return null;
        } catch (IOException unreadable) {
            LOG.debug("lock file not readable", unreadable);
            return null;
        }
    }
}
