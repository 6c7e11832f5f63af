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
 * What processes have used of Intel's and AMD's GPUs between two looks, from the counters that the kernel shows for each
 * open DRM file in {@code /proc/PID/fdinfo} (its Documentation/gpu/drm-usage-stats.rst).
 *
 * <p>Seen are the processes of the same user, or all where the program runs as root, and of those the ones that live at
 * the time of the look: what a process used after its last look is lost. So the figures are lower bounds.
 */
final class DrmClients {
    private static final String DEVICES = "/dev/dri/";

    private final Path proc;
    private Map<Client, DrmCounters> before = Map.of();
    /** Each engine's clock when it was last seen, in cycles. */
    private final Map<Engine, Long> clocks = new HashMap<>();

    private long lookedAt;
    private boolean looked;

    /** A client of a GPU: one of its files may be open several times, with the same figures. */
    private record Client(String pciId, String id) {}

    private record Engine(String pciId, String name) {}

    /** Makes one that reads {@code proc} of this root. */
    DrmClients(Path root) {
        this.proc = root.resolve("proc");
    }

    /**
     * What was used since the look before.
     *
     * @param busy percent of each engine's time, of all engines of its kind together
     * @param vram bytes of device memory that clients hold
     * @param silent DRM nodes ({@code renderD128}) that are open and whose driver does not count
     */
    record Usage(Map<Engine, Double> busy, Map<String, Double> vram, Set<String> silent, boolean first) {

        /** How busy an engine of a GPU was; empty at the first look. */
        OptionalDouble busy(String pciId, String engine) {
            return first
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Math.min(100, busy.getOrDefault(new Engine(pciId, engine), 0.0)));
        }

        /** Device memory in use; empty where no client has any. */
        OptionalDouble vram(String pciId) {
            Double bytes = vram.get(pciId);
            return bytes == null ? OptionalDouble.empty() : OptionalDouble.of(bytes);
        }
    }

    /**
     * Looks at every process.
     *
     * @param nanoTime now
     */
    Usage look(long nanoTime) {
        Map<Client, DrmCounters> now = new HashMap<>();
        Set<String> silent = new HashSet<>();
        readAll(now, silent);
        Map<Engine, Double> busy = new HashMap<>();
        Map<Engine, Long> elapsed = tick(now);
        long nanos = Math.max(1, nanoTime - lookedAt);
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
        boolean first = !looked;
        looked = true;
        lookedAt = nanoTime;
        before = now;
        return new Usage(busy, vram, silent, first);
    }

    /** How far each engine's clock has come since it was last seen. */
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
                    DrmCounters counters = DrmCounters.parse(KernelFiles.read(info));
                    if (counters.counts()) {
                        clients.put(new Client(counters.pciId(), counters.client()), counters);
                    } else {
                        silent.add(node);
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException goneOrForeign) {
            // Its files are not shown to this user, or it has ended.
        }
    }

    /** The DRM node that the descriptor is of. */
    private static @Nullable String node(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith(DEVICES) ? target.substring(DEVICES.length()) : null;
        } catch (IOException closed) {
            return null;
        }
    }
}
