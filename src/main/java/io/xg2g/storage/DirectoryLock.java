package io.xg2g.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Exclusive lock on a directory between processes: an advisory lock (POSIX {@code fcntl}) on its file {@value #FILE}. The
 * operating system releases it when the process ends, however it ends.
 */
public final class DirectoryLock implements AutoCloseable {
    /** The file in the directory that is locked. */
    public static final String FILE = "lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks an existing directory.
     *
     * @param property the configuration key that names the directory, for the message
     * @throws IllegalStateException if another process, or another part of this one, holds the lock
     * @throws IOException if the lock file cannot be created or locked
     */
    public static DirectoryLock acquire(String property, Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            throw new IllegalStateException(
                    property + " " + directory + " is in use by another running program; give each its own directory");
        }
        return new DirectoryLock(channel);
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        } catch (IOException impossible) {
            channel.close();
            throw impossible;
        }
    }

    /** Releases the lock. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
