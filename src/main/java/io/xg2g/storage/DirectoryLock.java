package io.xg2g.storage;

import io.quarkus.runtime.Quarkus;
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
 * Exclusive lock on a directory between processes: an advisory lock (POSIX {@code fcntl}) on its file {@value #FILE}. The
 * operating system releases it when the process ends, however it ends.
 *
 * <p>The file may be removed while it is locked, alone or with its directory. Its holder notices that by {@link #isInPlace}, and
 * locks a new one by {@link #renew}. Another program is refused before and after that: {@link #acquire} looks for processes that
 * have the removed file locked. (It sees those of the same container only; the others are held off by the new file.)
 *
 * <p>Thread-safe. All methods block on I/O. The file must not be opened elsewhere in this process: closing it would release the
 * lock.
 */
public final class DirectoryLock implements AutoCloseable {
    /** The file in the directory that is locked. */
    public static final String FILE = "lock";

    private static final Logger LOG = Logger.getLogger(DirectoryLock.class);

    /** How often the file may be replaced between its opening and its locking. */
    private static final int TRIES = 10;

    /** A locked file and its identity: the numbers of its device and inode. */
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
     * @param property the configuration key that names the directory, for the message
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

    /** Whether the file that is locked is still the one in the directory. */
    public synchronized boolean isInPlace() {
        return locked.identity().equals(identity(directory.resolve(FILE)));
    }

    /**
     * Locks the file that is in the directory now, or a new one, if it is not {@linkplain #isInPlace in place} any longer. Where
     * another program was faster, two would use the directory: this one logs an error and begins to end, with exit code 1.
     *
     * @return false if another program holds the lock
     * @throws IOException if the file cannot be created or locked; the old lock is kept
     */
    public boolean renew() throws IOException {
        boolean ours = relock();
        if (!ours) {
            LOG.errorf(
                    "the program ends, %s; its lock file had been removed or replaced meanwhile",
                    inUse(property, directory));
            Quarkus.asyncExit(1);
        }
        return ours;
    }

    /** {@link #renew} without the end of the program. */
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

    /** Locks the file, created where it does not exist; empty where it is locked already. */
    private static Optional<Locked> lock(Path file, long offset) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean kept = false;
            try {
                @Nullable Object identity = identity(file);
                if (!tryLock(channel, offset)) {
                    return Optional.empty();
                }
                if (identity != null && identity.equals(identity(file))) {
                    kept = true;
                    return Optional.of(new Locked(channel, identity));
                }
            } finally {
                if (!kept) {
                    channel.close();
                }
            }
        }
        throw new FileSystemException(file.toString(), null, "is removed again and again");
    }

    private static boolean tryLock(FileChannel channel, long offset) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock(offset, 1, false);
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    /** The identity of what lies there now; {@code null} if nothing does. Without opening it. */
    private static @Nullable Object identity(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (NoSuchFileException removed) {
            return null;
        } catch (IOException unreadable) {
            LOG.debug("lock file cannot be looked at", unreadable);
            return null;
        }
    }
}
