package io.xg2g.ffmpeg;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What a child process may use of the machine: memory, files, and the processor behind this program; and that no
 * program that it starts gives it more rights. {@code nice}, {@code setpriv} and {@code prlimit} set it on themselves and then become the child: no moment is left without it, and the process is the
 * same one.
 *
 * <p>Memory is {@code RLIMIT_DATA}, what is really written to, not {@code RLIMIT_AS}: GPU drivers reserve hundreds of
 * gigabytes of addresses that they never fill.
 */
final class ChildBounds {
    private static final Logger LOG = Logger.getLogger(ChildBounds.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Stands for the niceness, which differs from child to child. */
    private static final String NICENESS = "NICENESS";
    /** Stands for the limit of memory, which follows from how many units run at once. */
    private static final String MEMORY = "--data=MEMORY";
    /** A trial of a limit needs hardly any. */
    private static final long TRIAL_MEMORY = 256L << 20;

    private static final int LARGEST_NICENESS = 19;
    private static final ChildProcess.Limits TRIAL = new ChildProcess.Limits(LIMIT, LIMIT, LIMIT, LIMIT);

    private final int nice;
    private final List<List<String>> bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable List<String> works;

    /**
     * Puts these before a command, as far as they work.
     *
     * @param nice the niceness of every child, to which that of its priority is added
     */
    ChildBounds(int nice, List<List<String>> bounds) {
        this.nice = nice;
        this.bounds = bounds;
    }

    static ChildBounds of(FfmpegConfig config) {
        List<String> limits = new ArrayList<>(List.of("prlimit", "--core=0"));
        limits.add(MEMORY);
        limit(limits, "--nofile=", config.maxOpenFiles());
        limit(limits, "--fsize=", config.maxFileSize().asLongValue());
        return new ChildBounds(
                config.nice(), List.of(List.of("nice", "-n", NICENESS), List.of("setpriv", "--no-new-privs"), limits));
    }

    private static void limit(List<String> set, String option, long value) {
        if (value > 0) {
            set.add(option + value);
        }
    }

    /**
     * The command as it is to be started. A program that is not there is left to fail by itself.
     *
     * @param memory bytes, or 0 for no limit
     */
    List<String> before(List<String> command, ProcessPriority priority, long memory) {
        return program(command.getFirst()).isEmpty()
                ? command
                : Stream.concat(set(working(), nice + priority.niceness(), memory), command.stream())
                        .toList();
    }

    private static Stream<String> set(List<String> prefix, int niceness, long memory) {
        String value = Integer.toString(Math.min(niceness, LARGEST_NICENESS));
        return prefix.stream()
                .filter(word -> memory > 0 || !word.equals(MEMORY))
                .map(word -> switch (word) {
                    case NICENESS -> value;
                    case MEMORY -> "--data=" + memory;
                    default -> word;
                });
    }

    /** What works here, which is tried until that is known: a limit may lie above one that is set already. */
    private List<String> working() {
        List<String> known = works;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            known = works;
            return known == null ? tried() : known;
        } finally {
            lock.unlock();
        }
    }

    /** What has proven not to work is left out. A trial that was cut short proves nothing, and is made again next time. */
    private List<String> tried() {
        List<String> kept = new ArrayList<>();
        boolean proven = true;
        for (List<String> prefix : bounds) {
            ChildProcess.Ended trial = trial(prefix);
            boolean ended = trial.end() == ChildProcess.End.EXITED || trial.end() == ChildProcess.End.NOT_STARTED;
            proven &= ended;
            if (!ended || trial.success()) {
                kept.addAll(prefix);
            } else {
                LOG.warnf(
                        "child processes run without this bound, which does not work here: %s: %s",
                        String.join(" ", prefix), trial.stderr().strip());
            }
        }
        if (proven) {
            works = List.copyOf(kept);
        }
        return kept;
    }

    private static ChildProcess.Ended trial(List<String> prefix) {
        List<String> command = Stream.concat(set(prefix, LARGEST_NICENESS, TRIAL_MEMORY), Stream.of("true"))
                .toList();
        return ChildProcess.collect(command, Path.of("/"), environment(), TRIAL, 1000);
    }

    private static Map<String, String> environment() {
        String path = System.getenv("PATH");
        return path == null ? Map.of() : Map.of("PATH", path);
    }

    /** Where a program is: at that path, or in {@code PATH}. */
    private static Optional<Path> program(String name) {
        Stream<Path> places = name.contains("/")
                ? Stream.of(Path.of(name))
                : Stream.of(environment().getOrDefault("PATH", "/usr/bin:/bin").split(":"))
                        .map(directory -> Path.of(directory, name));
        return places.filter(Files::isExecutable).findFirst();
    }
}
