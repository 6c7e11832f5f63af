package io.xg2g.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A small file that is replaced atomically: the new content is written to {@code <name>.tmp} beside it, synced to the
 * disk, and renamed; then the directory is synced. A reader sees either the old or the new content, also after a crash
 * or a power failure. Only the owner can read and write it.
 *
 * <p>Thread-safe within one process. All methods block on I/O.
 */
public final class AtomicFile {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path file;
    private final Path directory;

    /**
     * Creates a handle for a path, at which no file needs to exist.
     *
     * @throws IllegalArgumentException if the path names no file, for instance {@code /}
     */
    public AtomicFile(Path path) {
        file = path.toAbsolutePath().normalize();
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " is not the path of a file");
        }
        directory = parent;
    }

    /** Returns the absolute path. */
    public Path path() {
        return file;
    }

    /** Reads the content; empty if the file does not exist. */
    public Optional<byte[]> read() throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /**
     * Replaces the content. Creates the file and its parent directories if they do not exist.
     *
     * @throws IOException if the content could not be written completely; the old content is kept
     */
    public synchronized void write(byte[] content) throws IOException {
        Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.deleteIfExists(fresh);
            try (FileChannel channel = FileChannel.open(
                    fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
                for (ByteBuffer left = ByteBuffer.wrap(content); left.hasRemaining(); ) {
                    channel.write(left);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
        SyncedFiles.sync(directory);
    }
}
