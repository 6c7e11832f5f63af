package io.xg2g.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Resources that a service holds at one moment.
 *
 * @param residentMiB resident memory of its process (VmRSS), without children
 * @param heapMiB used heap, live objects and garbage
 * @param committedMiB heap that is reserved from the operating system
 * @param threads platform threads, without those that the JDK keeps for a minute when they are idle: the carriers of virtual
 *     threads, and the reapers of processes
 * @param descriptors open file descriptors
 * @param children child processes that are alive
 * @param childrenMiB resident memory of them, together
 * @param files regular files in its work directory, data directory and lock apart
 * @param series lines of {@code /metrics} with a value
 */
public record ResourceUsage(
        long residentMiB,
        long heapMiB,
        long committedMiB,
        long threads,
        long descriptors,
        long children,
        long childrenMiB,
        long files,
        long series) {

    private static final Set<String> POOLED = Set.of("ForkJoinPool-1-", "process reaper");

    /** Measures a service without a collection. */
    public static ResourceUsage of(RunningService service) {
        Path proc = proc(service.process().toHandle());
        List<ProcessHandle> children = service.encoders();
        List<String> metrics = RunningService.get(service.management("/metrics"))
                .body()
                .lines()
                .toList();
        return new ResourceUsage(
                resident(proc),
                heap(metrics, "jvm_memory_used_bytes{"),
                heap(metrics, "jvm_memory_committed_bytes{"),
                entries(proc.resolve("task"), task -> !POOLED.contains(name(task))),
                (long) service.metric("process_files_open_files"),
                children.size(),
                children.stream().mapToLong(child -> resident(proc(child))).sum(),
                service.remainingFiles().size(),
                metrics.stream().filter(line -> !line.startsWith("#")).count());
    }

    /** Measures a service after a full collection of its heap; a native executable without one. */
    public static ResourceUsage afterCollection(RunningService service) {
        if (!RunningService.isNative()) {
            collect(service.process().pid());
        }
        return of(service);
    }

    /** The maximum of each value. */
    ResourceUsage atLeast(ResourceUsage other) {
        return new ResourceUsage(
                Math.max(residentMiB, other.residentMiB),
                Math.max(heapMiB, other.heapMiB),
                Math.max(committedMiB, other.committedMiB),
                Math.max(threads, other.threads),
                Math.max(descriptors, other.descriptors),
                Math.max(children, other.children),
                Math.max(childrenMiB, other.childrenMiB),
                Math.max(files, other.files),
                Math.max(series, other.series));
    }

    private static void collect(long pid) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process collection = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!collection.waitFor(1, TimeUnit.MINUTES) || collection.exitValue() != 0) {
                throw new AssertionError(jcmd + " " + pid + " GC.run failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Path proc(ProcessHandle process) {
        return Path.of("/proc/" + process.pid());
    }

    /** 0 if the process has ended. */
    private static long resident(Path proc) {
        try (Stream<String> lines = Files.lines(proc.resolve("status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / 1024;
        } catch (IOException | UncheckedIOException ended) {
            return 0;
        }
    }

    private static long heap(List<String> metrics, String name) {
        return (long) metrics.stream()
                        .filter(line -> line.startsWith(name) && line.contains("area=\"heap\""))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum()
                >> 20;
    }

    private static long entries(Path directory, Predicate<Path> counted) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(counted).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first 15 characters of a thread's name; empty if it has ended. */
    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException ended) {
            return "";
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "RSS %d MiB, heap %d of %d MiB, %d threads, %d descriptors, %d children of %d MiB, %d files, %d series",
                residentMiB,
                heapMiB,
                committedMiB,
                threads,
                descriptors,
                children,
                childrenMiB,
                files,
                series);
    }
}
