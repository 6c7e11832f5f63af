package io.xg2g.queue;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * The file operations of a log, in one directory. {@link FileDisk} is the file system; tests have a simulated disk that loses
 * what was not synced.
 */
interface Disk extends Closeable {
    /** Returns the names of all files. */
    List<String> list() throws IOException;

    /** Creates an empty file, which must not exist. It survives a power cut only after {@link #syncDirectory}. */
    DiskFile create(String name) throws IOException;

    /** Opens an existing file for reading. */
    DiskFile open(String name) throws IOException;

    /** Opens a file that {@link #list} returned for reading and writing. */
    DiskFile edit(String name) throws IOException;

    /** Deletes a file, which may be open, or missing. The deletion is durable only after {@link #syncDirectory}. */
    void delete(String name) throws IOException;

    /** Makes creations and deletions durable. */
    void syncDirectory() throws IOException;

    /** Returns whether the directory is the one that was opened; another program may have deleted or replaced it. */
    boolean isInPlace();

    /**
     * Creates the directory again, unless it is in place.
     *
     * @throws IOException if that is impossible, or another process has done so and locked it
     */
    void restore() throws IOException;

    /** Runs an action that waits for the disk beside the calling thread. */
    void runBeside(Runnable action);

    /** Returns the bytes that can still be written to the file system. */
    long usableBytes();

    /** Releases the directory. */
    @Override
    void close() throws IOException;
}
