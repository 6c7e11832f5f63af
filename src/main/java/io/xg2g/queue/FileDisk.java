package io.xg2g.queue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the file system, locked by this process with a file {@value #LOCK}.
 *
 * <p>Files are {@link RandomAccessFile}s, since an interrupted thread closes a {@link FileChannel} that it uses, for all other
 * threads too.
 */
final class FileDisk implements Disk {
    static final String LOCK = "lock";

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path directory;
    private final FileChannel lock;

    /**
     * Creates the directory if it is missing, and locks it.
     *
     * @throws IOException if it cannot be used, or is locked by another process or queue
     */
    FileDisk(Path directory) throws IOException {
        this.directory = directory.toAbsolutePath().normalize();
        if (Files.exists(this.directory) && !Files.isDirectory(this.directory)) {
            throw new NotDirectoryException(this.directory + " is a file; a queue needs a directory of its own");
        }
        Files.createDirectories(this.directory, OWNER_ONLY);
        lock = FileChannel.open(this.directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock()) {
            lock.close();
            throw new IOException(this.directory + " is locked by another process or queue; a queue needs its own");
        }
    }

    /** Opens the directory of a queue; {@code null} for a queue in memory only. */
    static @Nullable FileDisk of(QueueOptions.@Nullable Storage storage) throws IOException {
        return storage == null ? null : new FileDisk(storage.directory());
    }

    private boolean tryLock() throws IOException {
        try {
            @Nullable FileLock held = lock.tryLock();
            return held != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(LOCK))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public DiskFile create(String name) throws IOException {
        Files.createFile(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            return open(name);
        } catch (IOException impossible) {
            delete(name);
            throw impossible;
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new OpenFile(new RandomAccessFile(directory.resolve(name).toFile(), "rw"));
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    @Override
    public void syncDirectory() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                    entries.force(true);
                    return;
                } catch (ClosedByInterruptException again) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public long usableBytes() {
        return directory.toFile().getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private record OpenFile(RandomAccessFile file) implements DiskFile {
        @Override
        public void write(byte[] bytes, int offset, int length, long position) throws IOException {
            synchronized (file) {
                file.seek(position);
                file.write(bytes, offset, length);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length, long position) throws IOException {
            synchronized (file) {
                file.seek(position);
                int read = 0;
                while (read < length) {
                    int count = file.read(bytes, offset + read, length - read);
                    if (count < 0) {
                        break;
                    }
                    read += count;
                }
                return read;
            }
        }

        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.setLength(size);
        }

        @Override
        public void sync() throws IOException {
            file.getFD().sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
