package io.xg2g.gpu;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Latest sample of each GPU that was sampled since the start of the program. Thread-safe. Reads are lock-free and do not block. */
@ApplicationScoped
@Startup
public class GpuStatus {
    private final LongSupplier nanoTime;
    private final long staleNanos;
    private volatile Map<String, Latest> latest = Map.of();

    private record Latest(GpuSample sample, GpuLoad load, long nanoTime) {}

    @Inject
    GpuStatus(GpuStatsConfig config) {
        this(config.interval(), System::nanoTime);
    }

    /** Empty status. */
    public GpuStatus(Duration interval, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        // One missed sample makes a GPU not stale, two do, with half an interval of tolerance.
        this.staleNanos = interval.toNanos() * 3 / 2;
    }

    /** Adds the samples of one round. */
    public synchronized void update(List<GpuSample> samples) {
        long now = nanoTime.getAsLong();
        Map<String, Latest> next = new TreeMap<>(latest);
        for (GpuSample sample : samples) {
            Latest before = next.get(sample.gpu());
            GpuLoad load = load(before == null ? GpuLoad.UNKNOWN : before.load(), sample);
            next.put(sample.gpu(), new Latest(sample, load, now));
        }
        latest = next;
    }

    /** Returns every GPU, ordered by id. */
    public List<GpuState> gpus() {
        long now = nanoTime.getAsLong();
        return latest.values().stream()
                .map(entry ->
                        new GpuState(entry.sample(), Duration.ofNanos(now - entry.nanoTime()), isStale(entry, now)))
                .toList();
    }

    /** Returns the load of a device; {@link GpuLoad#UNKNOWN} also if its sample is stale. */
    public GpuLoad load(Device device) {
        Latest entry = latest.get(device.id());
        return entry == null || isStale(entry, nanoTime.getAsLong()) ? GpuLoad.UNKNOWN : entry.load();
    }

    /** Returns the age of a GPU's sample in seconds; NaN if it is not known. */
    double ageSeconds(String gpu) {
        Latest entry = latest.get(gpu);
        return entry == null ? Double.NaN : (nanoTime.getAsLong() - entry.nanoTime()) / 1e9;
    }

    private boolean isStale(Latest entry, long now) {
        return now - entry.nanoTime() > staleNanos;
    }

    /** Returns {@link GpuLoad#UNKNOWN} if the device does not report the utilization of its encoder (MIG). */
    private static GpuLoad load(GpuLoad before, GpuSample sample) {
        Double encoder = sample.value(GpuMetric.ENCODER_UTILIZATION_PERCENT);
        if (encoder == null) {
            return GpuLoad.UNKNOWN;
        }
        Double total = sample.value(GpuMetric.VRAM_TOTAL_BYTES);
        Double used = sample.value(GpuMetric.VRAM_USED_BYTES);
        return before.next((int) Math.round(encoder), total == null || used == null ? 0 : Math.round(total - used));
    }
}
