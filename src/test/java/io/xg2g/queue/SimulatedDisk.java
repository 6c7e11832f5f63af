package io.xg2g.queue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A disk in memory that keeps what was synced, bytes and directory entries, apart from what was only written, and that fails
 * when asked to. Thread-safe.
 */
final class SimulatedDisk implements Disk {
    static final String FULL = "No space left on device";
    static final String BROKEN = "Input/output error";

    /** Operations that may fail. */
    enum Operation {
        CREATE,
        DELETE,
        SYNC_DIRECTORY,
        WRITE,
        TRUNCATE,
        SYNC,
        READ
    }

    /** What happens to an operation. */
    enum Fault {
        NONE,
        /** EIO; nothing is done. */
        EIO,
        /** EIO after a part of the bytes. */
        SHORT,
        /** ENOSPC, after a part of the bytes, where space is needed. */
        ENOSPC
    }

    /** Told of each operation before it is done, and says whether it fails. */
    interface Watch {
        Fault before(int call, Operation operation, String file);
    }

    private final Random random;
    private final int sectorBytes;
    private final TreeMap<String, SimulatedFile> files = new TreeMap<>();
    private final TreeMap<String, SimulatedFile> synced = new TreeMap<>();
    private Watch watch = (_, _, _) -> Fault.NONE;
    private long capacity = Long.MAX_VALUE;
    private int calls;
    private int open;
    private String fullMessage = FULL;
    private boolean inPlace = true;
    private Consumer<Runnable> besides = Runnable::run;

    SimulatedDisk(long seed, int sectorBytes) {
        random = new Random(seed);
        this.sectorBytes = sectorBytes;
    }

    SimulatedDisk() {
        this(0, 512);
    }

    synchronized void watch(Watch by) {
        watch = by;
    }

    synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /** The system names ENOSPC in another language. */
    synchronized void fullMessage(String message) {
        fullMessage = message;
    }

    /** Another program deletes a file; those who have opened it can still use it. */
    synchronized void remove(String name) {
        files.remove(name);
        synced.remove(name);
    }

    /** Another program deletes the directory with its files. */
    synchronized void removeAll() {
        files.clear();
        synced.clear();
        inPlace = false;
    }

    /** Number of operations so far. */
    synchronized int calls() {
        return calls;
    }

    /** Number of files that are open. */
    synchronized int open() {
        return open;
    }

    /** Returns the visible content of a file, which may be changed. */
    synchronized byte[] content(String name) {
        return Objects.requireNonNull(files.get(name)).bytes();
    }

    /** Adds or replaces a file; all of it is synced. */
    synchronized void put(String name, byte[] content) {
        SimulatedFile file = new SimulatedFile(sectorBytes, content);
        files.put(name, file);
        synced.put(name, file);
    }

    /** Returns another disk with the files that are visible, as after the end of a process. */
    synchronized SimulatedDisk copy() {
        SimulatedDisk copy = new SimulatedDisk(random.nextLong(), sectorBytes);
        files.forEach((name, file) -> copy.put(name, file.bytes().clone()));
        return copy;
    }

    /** Returns another disk with what is left after a power cut. */
    synchronized SimulatedDisk cut(Random by) {
        SimulatedDisk left = new SimulatedDisk(by.nextLong(), sectorBytes);
        TreeSet<String> names = new TreeSet<>(files.keySet());
        names.addAll(synced.keySet());
        for (String name : names) {
            SimulatedFile file = (by.nextBoolean() ? files : synced).get(name);
            if (file != null) {
                left.put(name, file.afterCut(by));
            }
        }
        return left;
    }

    private Fault before(Operation operation, String name) throws IOException {
        calls++;
        Fault fault = watch.before(calls, operation, name);
        boolean needsSpace = operation == Operation.CREATE || operation == Operation.WRITE;
        if (fault == Fault.ENOSPC && !needsSpace) {
            return Fault.NONE;
        }
        if (fault != Fault.NONE && operation != Operation.WRITE && operation != Operation.SYNC) {
            throw new IOException(fault == Fault.ENOSPC ? fullMessage : BROKEN);
        }
        return fault;
    }

    private SimulatedFile file(String name) throws IOException {
        SimulatedFile file = files.get(name);
        if (file == null) {
            throw new FileNotFoundException(name + " (No such file or directory)");
        }
        return file;
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public synchronized DiskFile create(String name) throws IOException {
        before(Operation.CREATE, name);
        if (!inPlace) {
            throw new FileNotFoundException(name + " (No such file or directory)");
        }
        if (files.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        files.put(name, new SimulatedFile(sectorBytes));
        return edit(name);
    }

    @Override
    public synchronized DiskFile open(String name) throws IOException {
        return edit(name);
    }

    @Override
    public synchronized DiskFile edit(String name) throws IOException {
        SimulatedFile file = file(name);
        open++;
        return new OpenFile(name, file);
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        before(Operation.DELETE, name);
        files.remove(name);
    }

    @Override
    public synchronized void syncDirectory() throws IOException {
        before(Operation.SYNC_DIRECTORY, ".");
        synced.clear();
        synced.putAll(files);
    }

    @Override
    public synchronized boolean isInPlace() {
        return inPlace;
    }

    @Override
    public synchronized void restore() throws IOException {
        if (!inPlace) {
            before(Operation.CREATE, ".");
            inPlace = true;
        }
    }

    /** Runs it at once, so that a schedule can be repeated; {@link #holdBeside} holds it back. */
    @Override
    public void runBeside(Runnable action) {
        Consumer<Runnable> to;
        synchronized (this) {
            to = besides;
        }
        to.accept(action);
    }

    /** Gives what is to run beside the calling thread to the caller. */
    synchronized void holdBeside(Consumer<Runnable> by) {
        besides = by;
    }

    @Override
    public synchronized long usableBytes() {
        return capacity - usedBytes();
    }

    synchronized long usedBytes() {
        return files.values().stream().mapToLong(file -> file.bytes().length).sum();
    }

    @Override
    public void close() {}

    private final class OpenFile implements DiskFile {
        private final String name;
        private final SimulatedFile file;
        private boolean closed;

        private OpenFile(String name, SimulatedFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public void write(byte[] bytes, int offset, int length, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                Fault fault = before(Operation.WRITE, name);
                long growth = Math.max(0, position + length - file.bytes().length);
                boolean fits = growth <= usableBytes();
                if (fault == Fault.NONE && fits) {
                    file.write(bytes, offset, length, position);
                    return;
                }
                if (fault != Fault.EIO) {
                    long room = usableBytes() + file.bytes().length - position;
                    int part = (int) Math.clamp(random.nextInt(length + 1), 0, Math.max(0, room));
                    file.write(bytes, offset, part, position);
                }
                throw new IOException(fault == Fault.ENOSPC || !fits ? fullMessage : BROKEN);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                before(Operation.READ, name);
                byte[] from = file.bytes();
                int read = Math.clamp(from.length - position, 0, length);
                System.arraycopy(from, (int) Math.min(position, from.length), bytes, offset, read);
                return read;
            }
        }

        @Override
        public long size() {
            synchronized (SimulatedDisk.this) {
                return file.bytes().length;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (SimulatedDisk.this) {
                before(Operation.TRUNCATE, name);
                file.truncate((int) size);
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (SimulatedDisk.this) {
                if (before(Operation.SYNC, name) == Fault.NONE) {
                    file.sync();
                } else {
                    file.failSync(random);
                    throw new IOException(BROKEN);
                }
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedDisk.this) {
                if (!closed) {
                    closed = true;
                    open--;
                }
            }
        }
    }
}
