package io.xg2g.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The POSIX locks held by processes of this container, as {@code /proc/locks} shows them to every user (proc(5)). It
 * identifies a lock by inode, which is useless once the file is deleted; therefore the offset of the locked byte is
 * derived from the path.
 */
final class HeldLocks {
    private static final Path LOCKS = Path.of("/proc/locks");
    /** {@code 1: POSIX  ADVISORY  WRITE 2345 08:01:1234567 START END}. */
    private static final Pattern LOCK = Pattern.compile("\\d+: +POSIX +\\S+ +WRITE +(\\d+) +\\S+ +(\\d+) +\\S+");

    private HeldLocks() {}

    /**
     * Returns the offset of the byte that is locked in the lock file of a directory: a digest of the path and of the
     * device number, from 0 to 2^62 - 1. A directory at the same path of another mount namespace has another offset.
     */
    static long offset(Path directory, String file) throws IOException {
        String key = Files.getAttribute(directory, "unix:dev") + " "
                + directory.toRealPath().resolve(file);
        return ByteBuffer.wrap(Sha256.of(key)).getLong() >>> 2;
    }

    /**
     * Finds a process that has locked the byte at this offset, in whatever file.
     *
     * @return its process id; empty if there is none, or no {@code /proc/locks}
     */
    static Optional<Long> holder(long offset) {
        try (Stream<String> locks = Files.lines(LOCKS)) {
            return locks.map(LOCK::matcher)
                    .filter(Matcher::matches)
                    .filter(lock -> lock.group(2).equals(Long.toString(offset)))
                    .map(lock -> Long.valueOf(lock.group(1)))
                    .findFirst();
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }
}
