package io.xg2g.queue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    /**
     * Directories in use by this process. Its lock files are not even opened again: closing one would release the lock that the
     * process has by another.
     */
    private static final Set<Path> USED = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private volatile Locked lock;

    /** A locked file, and its device and inode. */
    private record Locked(FileChannel channel, @Nullable Object identity) {}

    /**
     * Creates the directory if it is missing, and locks it.
     *
     * @throws IOException if it cannot be used, or is locked by another process or queue
     */
    FileDisk(Path directory) throws IOException {
        Path named = directory.toAbsolutePath().normalize();
        if (Files.exists(named) && !Files.isDirectory(named)) {
            throw new NotDirectoryException(named + " is a file; a queue needs a directory of its own");
        }
        create(named);
        this.directory = named.toRealPath();
        if (!USED.add(this.directory)) {
            throw locked();
        }
        try {
            lock = lock();
        } catch (IOException | RuntimeException impossible) {
            USED.remove(this.directory);
            throw impossible;
        }
    }

    /** Creates a directory and those above it where they are missing, and makes their entries durable. */
    private static void create(Path directory) throws IOException {
        Path above = directory.getParent();
        if (Files.isDirectory(directory) || above == null) {
            return;
        }
        create(above);
        Files.createDirectories(directory, OWNER_ONLY);
        sync(above);
    }

    private Locked lock() throws IOException {
        FileChannel file =
                FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            @Nullable FileLock held = file.tryLock();
            if (held == null) {
                throw locked();
            }
            return new Locked(file, identity());
        } catch (IOException | RuntimeException impossible) {
            file.close();
            throw impossible;
        }
    }

    /** Returns device and inode of the lock file at the path; {@code null} if there is none. */
    private @Nullable Object identity() {
        try {
            return Files.readAttributes(directory.resolve(LOCK), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException missing) {
            return null;
        }
    }

    /** The lock file is open, so that its inode is not used again: another one at the path is another directory. */
    @Override
    public boolean isInPlace() {
        return Objects.equals(lock.identity(), identity());
    }

    @Override
    public void runBeside(Runnable action) {
        Thread.ofVirtual().name("sync of " + directory).start(action);
    }

    @Override
    public synchronized void restore() throws IOException {
        if (!isInPlace()) {
            create(directory);
            Locked before = lock;
            lock = lock();
            before.channel().close();
        }
    }

    private IOException locked() {
        return new IOException(directory + " is locked by another process or queue; a queue needs its own");
    }

    /** Makes something with a disk, which belongs to it from then on. */
    interface Opening<Q> {
        Q with(@Nullable Disk disk) throws IOException;
    }

    /** Opens the directory of a queue, and the queue with it; closes the directory again if the queue cannot be opened. */
    static <Q> Q open(QueueOptions options, Opening<Q> opening) throws IOException {
        @Nullable Disk disk = of(options.storage());
        try {
            return opening.with(disk);
        } catch (IOException | RuntimeException unusable) {
            if (disk != null) {
                disk.close();
            }
            throw unusable;
        }
    }

    /** Opens the directory of a queue; {@code null} for a queue in memory only. */
    static @Nullable FileDisk of(QueueOptions.@Nullable Storage storage) throws IOException {
        return storage == null ? null : new FileDisk(storage.directory());
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
            return edit(name);
        } catch (IOException impossible) {
            delete(name);
            throw impossible;
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new OpenFile(new RandomAccessFile(directory.resolve(name).toFile(), "r"));
    }

    @Override
    public DiskFile edit(String name) throws IOException {
        return new OpenFile(new RandomAccessFile(directory.resolve(name).toFile(), "rw"));
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void syncDirectory() throws IOException {
        sync(directory);
    }

    private static void sync(Path directory) throws IOException {
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
    public synchronized void close() throws IOException {
        if (lock.channel().isOpen()) {
            try {
                lock.channel().close();
            } finally {
                USED.remove(directory);
            }
        }
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
