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
    /** Suffix of a file that is being moved. */
    private static final String INCOMPLETE = ".tmp";

    private SyncedFiles() {}

    /** Syncs the content of a file, or the entries of a directory (fsync(2)). */
    public static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Moves a file, also to another file system, and syncs its content. The file appears at its new path when it is complete and
     * synced, also if the program is killed meanwhile. Its entry is durable when the directory was {@linkplain #sync synced} too.
     *
     * @param to path at which no file exists; a file with {@value #INCOMPLETE} behind its name is replaced
     * @throws IOException if it could not be moved; it is not at its new path then, and may not be at the old one any more
     */
    public static void move(Path from, Path to) throws IOException {
        Path incomplete = to.resolveSibling(to.getFileName() + INCOMPLETE);
        try {
            boolean copied = rename(from, incomplete);
            sync(incomplete);
            Files.move(incomplete, to);
            if (copied) {
                Files.delete(from);
            }
        } finally {
            Files.deleteIfExists(incomplete);
        }
    }

    /** Renames a file, or copies it to another file system; returns whether it was copied. */
    private static boolean rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return false;
        } catch (AtomicMoveNotSupportedException otherFileSystem) {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            return true;
        }
    }
}
