package io.xg2g.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Resource limits and isolation of child processes: memory, files, CPU priority, no privileges, and no network unless the child
 * fetches a source. They are set by prefixes of the command ({@code nice}, {@code unshare}, {@code setpriv}, {@code prlimit}),
 * each of which executes the next in the same process, so that the child never runs without them. Thread-safe.
 *
 * <p>Memory is limited by {@code RLIMIT_DATA}, not {@code RLIMIT_AS}: GPU drivers reserve hundreds of gigabytes of address space
 * that they never write to.
 */
public final class ChildBounds {
    private static final Logger LOG = Logger.getLogger(ChildBounds.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Placeholder of the niceness, which depends on the priority. */
    private static final String NICENESS = "NICENESS";
    /** Placeholder of the memory limit, which depends on the number of concurrent units. */
    private static final String MEMORY = "--data=MEMORY";
    /** Memory limit of a test of a prefix. */
    private static final long TEST_MEMORY = 256L << 20;

    /** {@code RLIMIT_NPROC}: processes and threads of all children together. */
    static final int MAX_THREADS = 4096;

    private static final int MAX_NICENESS = 19;
    private static final ChildProcess.Limits TEST_LIMITS = new ChildProcess.Limits(LIMIT, LIMIT, LIMIT, LIMIT);

    /**
     * Network namespace of the child, in which not even the loopback interface is up. Without {@code CAP_SYS_ADMIN} it needs a
     * user namespace, in which the child keeps its user and loses every capability when it is executed.
     */
    static final Bound NO_NETWORK = new Bound(
            List.of(List.of("unshare", "--net"), List.of("unshare", "--user", "--net", "--map-current-user")),
            true,
            false);

    /** No new privileges; root's capabilities are dropped. Other users have none, and may not drop them. */
    static final Bound NO_PRIVILEGES = new Bound(
            List.of(
                    List.of("setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"),
                    List.of("setpriv", "--no-new-privs")),
            false,
            false);

    /** Switches to a user with its groups, among them those of GPU devices. */
    static Bound user(ChildUser user) {
        List<String> identity = List.of("--reuid=" + user.uid(), "--regid=" + user.gid(), "--init-groups");
        List<String> prefix = Stream.concat(NO_PRIVILEGES.alternatives().getFirst().stream(), identity.stream())
                .toList();
        return new Bound(List.of(prefix), false, true);
    }

    /**
     * Limit, set by a prefix of the command.
     *
     * @param alternatives prefixes, the preferred one first; the first that works is used
     * @param offline whether it is for children without network only
     * @param required whether children fail to start, rather than run without it, if no prefix works
     */
    record Bound(List<List<String>> alternatives, boolean offline, boolean required) {
        static Bound of(List<String> prefix) {
            return new Bound(List.of(prefix), false, false);
        }
    }

    /** Prefix that works on this machine. */
    private record Working(List<String> prefix, boolean offline) {}

    private final int nice;
    private final List<Bound> bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable List<Working> working;

    /**
     * Creates limits that are tested when they are used first.
     *
     * @param nice niceness of every child, to which that of its priority is added
     */
    ChildBounds(int nice, List<Bound> bounds) {
        this.nice = nice;
        this.bounds = bounds;
    }

    public static ChildBounds of(ProcessSettings settings) {
        List<String> limits = new ArrayList<>(List.of("prlimit", "--core=0"));
        limits.add(MEMORY);
        limit(limits, "--nofile=", settings.maxOpenFiles());
        limit(limits, "--fsize=", settings.maxFileSize());
        // Counted by user: without a user of their own, threads of the service would count too.
        limit(limits, "--nproc=", settings.user().isPresent() ? MAX_THREADS : 0);
        return new ChildBounds(
                settings.nice(),
                List.of(
                        Bound.of(List.of("nice", "-n", NICENESS)),
                        NO_NETWORK,
                        settings.user().map(ChildBounds::user).orElse(NO_PRIVILEGES),
                        Bound.of(limits)));
    }

    private static void limit(List<String> options, String option, long value) {
        if (value > 0) {
            options.add(option + value);
        }
    }

    /**
     * Returns the command with the prefixes of its limits. The command of a program that does not exist is returned unchanged, so
     * that starting it fails with the system's reason. The first call runs the tests of the prefixes, and blocks.
     *
     * @param memory bytes, or 0 for no limit
     * @param online whether the child needs the network
     */
    public List<String> apply(List<String> command, ProcessPriority priority, long memory, boolean online) {
        if (program(command.getFirst()).isEmpty()) {
            return command;
        }
        List<String> prefix = working().stream()
                .filter(bound -> !online || !bound.offline())
                .flatMap(bound -> bound.prefix().stream())
                .toList();
        return Stream.concat(resolve(prefix, nice + priority.niceness(), memory), command.stream())
                .toList();
    }

    /** Returns the prefix by which children have no network; empty if none works. Blocks while prefixes are tested. */
    Optional<String> networkIsolation() {
        return working().stream()
                .filter(Working::offline)
                .map(bound -> String.join(" ", bound.prefix()))
                .findFirst();
    }

    private static Stream<String> resolve(List<String> prefix, int niceness, long memory) {
        String value = Integer.toString(Math.min(niceness, MAX_NICENESS));
        return prefix.stream()
                .filter(word -> memory > 0 || !word.equals(MEMORY))
                .map(word -> switch (word) {
                    case NICENESS -> value;
                    case MEMORY -> "--data=" + memory;
                    default -> word;
                });
    }

    /** Returns the prefixes that work, testing them once: a limit may exceed the hard limit of this process. */
    private List<Working> working() {
        List<Working> known = working;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            known = working;
            return known == null ? test() : known;
        } finally {
            lock.unlock();
        }
    }

    /** Omits prefixes that fail. If a test did not run to its end, the result is used once and all are tested again. */
    private List<Working> test() {
        List<Working> usable = new ArrayList<>();
        boolean conclusive = true;
        for (Bound bound : bounds) {
            List<ChildProcess.Ended> failed = new ArrayList<>();
            for (List<String> prefix : bound.alternatives()) {
                ChildProcess.Ended result = test(prefix);
                boolean ended = result.end() == ChildProcess.End.EXITED || result.end() == ChildProcess.End.NOT_STARTED;
                conclusive &= ended;
                if (!ended || result.success() || bound.required()) {
                    usable.add(new Working(prefix, bound.offline()));
                    break;
                }
                failed.add(result);
            }
            if (failed.size() == bound.alternatives().size()) {
                warn(bound, failed);
            }
        }
        if (conclusive) {
            working = List.copyOf(usable);
            LOG.infof(
                    "child processes that fetch no source run without network: %s",
                    networkIsolation().orElse("no"));
        }
        return usable;
    }

    private static void warn(Bound bound, List<ChildProcess.Ended> results) {
        LOG.warnf(
                "child processes run without a limit that does not work here: command=%s reason=%s",
                bound.alternatives().stream()
                        .map(words -> String.join(" ", words))
                        .collect(Collectors.joining(" or ")),
                results.stream().map(result -> result.stderr().strip()).collect(Collectors.joining("; ")));
    }

    private static ChildProcess.Ended test(List<String> prefix) {
        List<String> command = Stream.concat(resolve(prefix, MAX_NICENESS, TEST_MEMORY), Stream.of("true"))
                .toList();
        return ChildProcess.collect(command, Path.of("/"), environment(), TEST_LIMITS, 1000);
    }

    private static Map<String, String> environment() {
        String path = System.getenv("PATH");
        return path == null ? Map.of() : Map.of("PATH", path);
    }

    /** Returns the path of a program, which is looked up in {@code PATH} unless it is a path. */
    private static Optional<Path> program(String name) {
        Stream<Path> candidates = name.contains("/")
                ? Stream.of(Path.of(name))
                : Stream.of(environment().getOrDefault("PATH", "/usr/bin:/bin").split(":"))
                        .map(directory -> Path.of(directory, name));
        return candidates.filter(Files::isExecutable).findFirst();
    }
}
