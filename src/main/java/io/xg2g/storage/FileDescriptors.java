package io.xg2g.storage;

import io.xg2g.config.ConfigBounds;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the file descriptors of this process ({@code ulimit -n}, RLIMIT_NOFILE) suffice for. What is left beside those that the
 * program itself holds and {@link #SPARE} is shared: one half is the channels', the other one the clients' connections'.
 *
 * <p>Measured on Linux with JDK 25 and ffmpeg 5.1: the program without work holds about 245, of which 225 are its jar files (a
 * native executable: about 20); a channel 5 to 9 (pipes of its children, sockets to its source and of the relay) and 3 more
 * while a window of it is written and encoded; a client's connection 1, and 1 more while a file is sent over it.
 *
 * <p>Thread-safe. {@link #measure} is called once, when everything has started.
 */
@Singleton
public class FileDescriptors {
    /** For encoders' pipes, requests' bodies, and what is opened later. */
    static final int SPARE = 64;

    /** Of one channel. */
    static final int CHANNEL = 12;

    /** Of one connection. */
    static final int CONNECTION = 2;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final Pattern SOFT_LIMIT = Pattern.compile("(?m)^Max open files +(?<limit>\\d{1,18}) ");

    private final long allowed;
    private volatile long held;

    /** Reads the limit. */
    @Inject
    FileDescriptors() {
        this(softLimit(), 0);
    }

    /**
     * A known number.
     *
     * @param held those that the program holds without work
     */
    FileDescriptors(long allowed, long held) {
        this.allowed = allowed;
        this.held = held;
    }

    /**
     * Counts what the program holds without work.
     *
     * @throws io.quarkus.runtime.configuration.ConfigurationException if what is left does not suffice for one channel and
     *     its viewer
     */
    public void measure() {
        held = open();
        check();
    }

    void check() {
        if (channels() < 1) {
            throw ConfigBounds.outside(
                    "the number of file descriptors (ulimit -n, LimitNOFILE)",
                    Long.toString(allowed),
                    needed() + " or more: " + held + " are open without work, " + SPARE + " are for encoders and "
                            + "bodies, and " + CHANNEL + " for a channel, as many as for its viewers");
        }
    }

    private long needed() {
        return held + SPARE + 2 * CHANNEL;
    }

    /** How many channels may run at once. */
    public int channels() {
        return half(CHANNEL);
    }

    /** How many connections clients may have open at once. */
    public int connections() {
        return half(CONNECTION);
    }

    @Override
    public String toString() {
        return allowed + " allowed, " + needed() + " needed; they suffice for " + channels() + " channels and "
                + connections() + " connections at once";
    }

    private int half(int each) {
        return Math.clamp((allowed - held - SPARE) / 2 / each, 0, Integer.MAX_VALUE);
    }

    /** A limit that is not known, or {@code unlimited}, is none. */
    private static long softLimit() {
        try {
            Matcher limit = SOFT_LIMIT.matcher(Files.readString(LIMITS));
            return limit.find() ? Long.parseLong(limit.group("limit")) : Long.MAX_VALUE;
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }

    private static long open() {
        try (Stream<Path> descriptors = Files.list(OPEN)) {
            return descriptors.count();
        } catch (IOException unknown) {
            throw new UncheckedIOException(OPEN + " cannot be read", unknown);
        }
    }
}
