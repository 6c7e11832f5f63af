package io.xg2g.gpu;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Utilization of Intel's and AMD's GPUs between two samples, from the counters of each open DRM file in
 * {@code /proc/PID/fdinfo} (Linux, Documentation/gpu/drm-usage-stats.rst).
 *
 * <p>The values are lower bounds: only processes of the same user are visible, or all if the program runs as root, and the
 * use of a process between its last sample and its end is not counted.
 */
final class DrmClients {
    private static final String DEVICES = "/dev/dri/";

    private final Path proc;
    private Map<Client, DrmCounters> before = Map.of();
    /** Clock of each engine at its last sample, in cycles. */
    private final Map<Engine, Long> clocks = new HashMap<>();

    private long lastSampleTime;
    private boolean sampled;

    /** Client of a GPU. Descriptors of one client all show the same counters. */
    private record Client(String pciId, String id) {}

    private record Engine(String pciId, String name) {}

    /** Reads {@code proc} below the root. */
    DrmClients(Path root) {
        this.proc = root.resolve("proc");
    }

    /**
     * Utilization since the previous sample.
     *
     * @param busy percent of time that an engine was busy, averaged over all engines of its kind
     * @param vram bytes of device memory that clients hold, by PCI address
     * @param silent DRM nodes ({@code renderD128}) that are open and whose driver reports no counters
     */
    record Usage(Map<Engine, Double> busy, Map<String, Double> vram, Set<String> silent, boolean first) {

        /** Returns the utilization of an engine in percent; empty in the first sample. */
        OptionalDouble busy(String pciId, String engine) {
            return first
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Math.min(100, busy.getOrDefault(new Engine(pciId, engine), 0.0)));
        }

        /** Returns the device memory in use in bytes; empty if no client reports any. */
        OptionalDouble vram(String pciId) {
            Double bytes = vram.get(pciId);
            return bytes == null ? OptionalDouble.empty() : OptionalDouble.of(bytes);
        }
    }

    /**
     * Reads the counters of every process.
     *
     * @param nanoTime present time of the monotonic clock
     */
    Usage sample(long nanoTime) {
        Map<Client, DrmCounters> now = new HashMap<>();
        Set<String> silent = new HashSet<>();
        readAll(now, silent);
        Map<Engine, Double> busy = new HashMap<>();
        Map<Engine, Long> elapsed = tick(now);
        long nanos = Math.max(1, nanoTime - lastSampleTime);
        Map<String, Double> vram = new HashMap<>();
        now.forEach((client, counters) -> {
            DrmCounters old = before.getOrDefault(client, DrmCounters.NONE);
            counters.busy().forEach((name, value) -> {
                Engine engine = new Engine(client.pciId(), name);
                double whole = counters.clocks().containsKey(name) ? elapsed.getOrDefault(engine, 0L) : nanos;
                long used = Math.max(0, value - old.busy().getOrDefault(name, 0L));
                double share = whole <= 0 ? 0 : 100 * used / whole / counters.capacity(name);
                busy.merge(engine, share, Double::sum);
            });
            counters.vram().ifPresent(bytes -> vram.merge(client.pciId(), bytes, Double::sum));
        });
        boolean first = !sampled;
        sampled = true;
        lastSampleTime = nanoTime;
        before = now;
        return new Usage(busy, vram, silent, first);
    }

    /** Returns the cycles of each engine's clock since its previous sample. */
    private Map<Engine, Long> tick(Map<Client, DrmCounters> now) {
        Map<Engine, Long> latest = new HashMap<>();
        now.forEach((client, counters) -> counters.clocks()
                .forEach((name, clock) -> latest.merge(new Engine(client.pciId(), name), clock, Math::max)));
        Map<Engine, Long> elapsed = new HashMap<>();
        latest.forEach((engine, clock) -> {
            Long last = clocks.put(engine, clock);
            if (last != null) {
                elapsed.put(engine, clock - last);
            }
        });
        return elapsed;
    }

    private void readAll(Map<Client, DrmCounters> clients, Set<String> silent) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                readProcess(process, clients, silent);
            }
        } catch (IOException | DirectoryIteratorException unreadable) {
            throw new IllegalStateException("/proc cannot be read", unreadable);
        }
    }

    private static void readProcess(Path process, Map<Client, DrmCounters> clients, Set<String> silent) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                String node = node(file);
                if (node != null) {
                    Path info = process.resolve("fdinfo").resolve(file.getFileName());
                    String text = KernelFiles.read(info);
                    DrmCounters counters = DrmCounters.parse(text);
                    if (counters.hasCounters()) {
                        clients.put(new Client(counters.pciId(), counters.client()), counters);
                    } else if (!text.isEmpty()) {
                        // It is empty if the file was closed meanwhile.
                        silent.add(node);
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException unreadable) {
            // The process belongs to another user, or has ended.
        }
    }

    /** Returns the DRM node of a descriptor, or null if it is another file. */
    private static @Nullable String node(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith(DEVICES) ? target.substring(DEVICES.length()) : null;
        } catch (IOException closed) {
            return null;
        }
    }
}
