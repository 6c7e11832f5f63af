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
 * What a child process may use of the machine: memory, files, and the processor behind this program. {@code nice} and
 * {@code prlimit} set it on themselves and then become the child: no moment is left without it, and the process is the
 * same one.
 *
 * <p>Memory is {@code RLIMIT_DATA}, what is really written to, not {@code RLIMIT_AS}: GPU drivers reserve hundreds of
 * gigabytes of addresses that they never fill.
 */
final class ChildBounds {
    private static final Logger LOG = Logger.getLogger(ChildBounds.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ChildProcess.Limits TRIAL = new ChildProcess.Limits(LIMIT, LIMIT, LIMIT, LIMIT);

    private final List<List<String>> bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable List<String> works;

    /** Puts these before a command, as far as they work. */
    ChildBounds(List<List<String>> bounds) {
        this.bounds = bounds;
    }

    static ChildBounds of(FfmpegConfig config) {
        List<String> nice = config.nice() == 0 ? List.of() : List.of("nice", "-n", Integer.toString(config.nice()));
        List<String> limits = new ArrayList<>(List.of("prlimit", "--core=0"));
        limit(limits, "--data=", config.maxMemory().asLongValue());
        limit(limits, "--nofile=", config.maxOpenFiles());
        limit(limits, "--fsize=", config.maxFileSize().asLongValue());
        return new ChildBounds(List.of(nice, List.copyOf(limits)));
    }

    private static void limit(List<String> set, String option, long value) {
        if (value > 0) {
            set.add(option + value);
        }
    }

    /** The command as it is to be started. A program that is not there is left to fail by itself. */
    List<String> before(List<String> command) {
        return program(command.getFirst()).isEmpty()
                ? command
                : Stream.concat(working().stream(), command.stream()).toList();
    }

    /** What works here, which is tried once: a limit may lie above one that is set already. */
    private List<String> working() {
        List<String> known = works;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            known = works;
            if (known == null) {
                known = bounds.stream()
                        .filter(ChildBounds::works)
                        .flatMap(List::stream)
                        .toList();
                works = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private static boolean works(List<String> prefix) {
        if (prefix.isEmpty()) {
            return false;
        }
        List<String> trial = Stream.concat(prefix.stream(), Stream.of("true")).toList();
        ChildProcess.Ended ended = ChildProcess.collect(trial, Path.of("/"), environment(), TRIAL, 1000);
        if (!ended.success()) {
            LOG.warnf(
                    "child processes run without this bound, which does not work here: %s: %s",
                    String.join(" ", prefix), ended.stderr().strip());
        }
        return ended.success();
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
