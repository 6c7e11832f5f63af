package io.xg2g.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files and directories that survive a power failure once they were synced. All methods block on I/O. */
public final class SyncedFiles {
    private SyncedFiles() {}

    /** Syncs the content of a file, or the entries of a directory (fsync(2)). */
    public static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Moves a file, also to another file system, and syncs its content. Its entry is durable when the directory was
     * {@linkplain #sync synced} too.
     *
     * @param to path at which no file exists
     */
    public static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException otherFileSystem) {
            Files.copy(from, to);
            Files.delete(from);
        }
        sync(to);
    }
}
