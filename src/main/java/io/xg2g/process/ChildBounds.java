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
 * What a child process may use of the machine: memory, files, the processor behind this program, and no network unless it
 * fetches a source; and that neither it nor a program that it starts has privileges. {@code nice}, {@code unshare},
 * {@code setpriv} and {@code prlimit} set it on themselves and then become the child: no moment is left without it, and the
 * process is the same one.
 *
 * <p>Memory is {@code RLIMIT_DATA}, what is really written to, not {@code RLIMIT_AS}: GPU drivers reserve hundreds of
 * gigabytes of addresses that they never fill.
 */
public final class ChildBounds {
    private static final Logger LOG = Logger.getLogger(ChildBounds.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Stands for the niceness, which differs from child to child. */
    private static final String NICENESS = "NICENESS";
    /** Stands for the limit of memory, which follows from how many units run at once. */
    private static final String MEMORY = "--data=MEMORY";
    /** A trial of a limit needs hardly any. */
    private static final long TRIAL_MEMORY = 256L << 20;

    /** Of all children together, processes counted as threads. */
    static final int MOST_THREADS = 4096;

    private static final int LARGEST_NICENESS = 19;
    private static final ChildProcess.Limits TRIAL = new ChildProcess.Limits(LIMIT, LIMIT, LIMIT, LIMIT);

    /**
     * A network namespace of the child's own, in which not even the loopback interface is up. Without {@code CAP_SYS_ADMIN}
     * it needs a user namespace, in which the child has its own user and, once it is executed, no capability.
     */
    static final Bound NO_NETWORK = new Bound(
            List.of(List.of("unshare", "--net"), List.of("unshare", "--user", "--net", "--map-current-user")),
            true,
            false);

    /** No capability can be gained; those of root are dropped. Who is not root has none to drop, and may not say so. */
    static final Bound NO_PRIVILEGES = new Bound(
            List.of(
                    List.of("setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"),
                    List.of("setpriv", "--no-new-privs")),
            false,
            false);

    /** Another user than root, with the groups that it has, for those of GPUs. */
    static Bound user(ChildUser user) {
        List<String> become = List.of("--reuid=" + user.uid(), "--regid=" + user.gid(), "--init-groups");
        List<String> prefix = Stream.concat(NO_PRIVILEGES.alternatives().getFirst().stream(), become.stream())
                .toList();
        return new Bound(List.of(prefix), false, true);
    }

    /**
     * One bound.
     *
     * @param alternatives what may be put before the command, the preferred one first; one is used
     * @param offline whether it is for children only that need no network
     * @param required whether no child is started without it, which fails where it does not work
     */
    record Bound(List<List<String>> alternatives, boolean offline, boolean required) {
        static Bound of(List<String> prefix) {
            return new Bound(List.of(prefix), false, false);
        }
    }

    /** What has proven to work of a bound. */
    private record Working(List<String> prefix, boolean offline) {}

    private final int nice;
    private final List<Bound> bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable List<Working> works;

    /**
     * Puts these before a command, as far as they work.
     *
     * @param nice the niceness of every child, to which that of its priority is added
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
        // Counted by user: without one of their own, the threads of the service would count too.
        limit(limits, "--nproc=", settings.user().isPresent() ? MOST_THREADS : 0);
        return new ChildBounds(
                settings.nice(),
                List.of(
                        Bound.of(List.of("nice", "-n", NICENESS)),
                        NO_NETWORK,
                        settings.user().map(ChildBounds::user).orElse(NO_PRIVILEGES),
                        Bound.of(limits)));
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
     * @param online whether it needs the network
     */
    public List<String> before(List<String> command, ProcessPriority priority, long memory, boolean online) {
        if (program(command.getFirst()).isEmpty()) {
            return command;
        }
        List<String> prefix = working().stream()
                .filter(bound -> !online || !bound.offline())
                .flatMap(bound -> bound.prefix().stream())
                .toList();
        return Stream.concat(set(prefix, nice + priority.niceness(), memory), command.stream())
                .toList();
    }

    /** By what children that need no network are kept from it here; empty where nothing does. */
    Optional<String> networkIsolation() {
        return working().stream()
                .filter(Working::offline)
                .map(bound -> String.join(" ", bound.prefix()))
                .findFirst();
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
    private List<Working> working() {
        List<Working> known = works;
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
    private List<Working> tried() {
        List<Working> kept = new ArrayList<>();
        boolean proven = true;
        for (Bound bound : bounds) {
            List<ChildProcess.Ended> failed = new ArrayList<>();
            for (List<String> prefix : bound.alternatives()) {
                ChildProcess.Ended trial = trial(prefix);
                boolean ended = trial.end() == ChildProcess.End.EXITED || trial.end() == ChildProcess.End.NOT_STARTED;
                proven &= ended;
                if (!ended || trial.success() || bound.required()) {
                    kept.add(new Working(prefix, bound.offline()));
                    break;
                }
                failed.add(trial);
            }
            if (failed.size() == bound.alternatives().size()) {
                warn(bound, failed);
            }
        }
        if (proven) {
            works = List.copyOf(kept);
            LOG.infof(
                    "child processes that fetch no source run without network: %s",
                    networkIsolation().orElse("no"));
        }
        return kept;
    }

    private static void warn(Bound bound, List<ChildProcess.Ended> trials) {
        LOG.warnf(
                "child processes run without this bound, which does not work here: %s: %s",
                bound.alternatives().stream()
                        .map(words -> String.join(" ", words))
                        .collect(Collectors.joining(" or ")),
                trials.stream().map(trial -> trial.stderr().strip()).collect(Collectors.joining("; ")));
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
