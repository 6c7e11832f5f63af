package io.xg2g.gpu;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The latest sample of each GPU that was seen within the last hour. Thread-safe; reading takes no lock and no time, so
 * that it may be done under a lock.
 */
@ApplicationScoped
@Startup
public class GpuStatus {
    private static final Duration KEPT = Duration.ofHours(1);

    private final LongSupplier nanoTime;
    private final long staleNanos;
    private volatile Map<String, Seen> latest = Map.of();

    private record Seen(GpuSample sample, GpuLoad load, long nanoTime) {}

    @Inject
    GpuStatus(GpuStatsConfig config) {
        this(config.interval(), System::nanoTime);
    }

    /** Knows of no GPU yet. */
    public GpuStatus(Duration interval, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        // A look that is missing makes nothing stale, the second does, whether it comes a little early or late.
        this.staleNanos = interval.toNanos() * 3 / 2;
    }

    /** Takes what was seen by one look. */
    public synchronized void update(List<GpuSample> samples) {
        long now = nanoTime.getAsLong();
        Map<String, Seen> next = new TreeMap<>(latest);
        next.values().removeIf(seen -> now - seen.nanoTime() > KEPT.toNanos());
        for (GpuSample sample : samples) {
            Seen before = next.get(sample.gpu());
            GpuLoad load = load(before == null ? GpuLoad.UNKNOWN : before.load(), sample);
            next.put(sample.gpu(), new Seen(sample, load, now));
        }
        latest = next;
    }

    /** Every GPU, ordered by its id. */
    public List<GpuState> gpus() {
        long now = nanoTime.getAsLong();
        return latest.values().stream()
                .map(seen -> new GpuState(seen.sample(), Duration.ofNanos(now - seen.nanoTime()), isStale(seen, now)))
                .toList();
    }

    /** The present load of a device; unknown also where it was seen too long ago. */
    public GpuLoad load(Device device) {
        Seen seen = latest.get(device.id());
        return seen == null || isStale(seen, nanoTime.getAsLong()) ? GpuLoad.UNKNOWN : seen.load();
    }

    /** How long ago the GPU was seen; not a number where it is not known. */
    double ageSeconds(String gpu) {
        Seen seen = latest.get(gpu);
        return seen == null ? Double.NaN : (nanoTime.getAsLong() - seen.nanoTime()) / 1e9;
    }

    private boolean isStale(Seen seen, long now) {
        return now - seen.nanoTime() > staleNanos;
    }

    /** Unknown where the device does not say how busy its encoder is (MIG). */
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
