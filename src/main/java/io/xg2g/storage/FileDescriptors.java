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
 * Budget of the file descriptors of this process ({@code ulimit -n}, RLIMIT_NOFILE). The descriptors that remain beside
 * those of the idle program and {@link #SPARE} are divided in halves: one for channels, one for client connections.
 *
 * <p>Measured on Linux with JDK 25 and ffmpeg 5.1: the idle program holds about 260, of which 237 are its JAR files (a
 * native executable: about 20); a channel holds 5 to 9 (pipes of its child processes, sockets to its source and of the
 * relay), and 3 more while a window is written and encoded; a client connection holds 1, and 1 more while a file is
 * sent.
 *
 * <p>Thread-safe. {@link #measure} is called once, at the end of the start.
 */
@Singleton
public class FileDescriptors {
    /** Reserve for pipes of encoders, request bodies, and files that are opened later. */
    static final int SPARE = 64;

    /** Descriptors of one channel. */
    static final int CHANNEL = 12;

    /** Descriptors of one connection. */
    static final int CONNECTION = 2;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final Pattern SOFT_LIMIT = Pattern.compile("(?m)^Max open files +(?<limit>\\d{1,18}) ");

    private final long allowed;
    private volatile long held;

    /** Reads the limit of this process. */
    @Inject
    FileDescriptors() {
        this(softLimit(), 0);
    }

    /**
     * Creates a budget of a known size.
     *
     * @param allowed the limit
     * @param held descriptors of the idle program
     */
    FileDescriptors(long allowed, long held) {
        this.allowed = allowed;
        this.held = held;
    }

    /**
     * Counts the descriptors of the idle program.
     *
     * @throws io.quarkus.runtime.configuration.ConfigurationException if the rest does not suffice for one channel and
     *     a viewer
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

    /** Returns the maximum number of running channels. */
    public int channels() {
        return half(CHANNEL);
    }

    /** Returns the maximum number of open client connections. */
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

    /** Returns {@link Long#MAX_VALUE} for an unknown limit and for {@code unlimited}. */
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
