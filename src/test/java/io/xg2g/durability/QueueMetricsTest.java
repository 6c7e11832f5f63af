package io.xg2g.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.queue.Damage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a queue reports, in metrics and to the observer of all queues. */
class QueueMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final QueueReports reports = new QueueReports();
    private final QueueMetrics metrics = new QueueMetrics(registry, "jobs", reports);
    private final List<QueueReport> seen = new ArrayList<>();

    @Test
    void syncsAreTimed() {
        metrics.synced(TimeUnit.MILLISECONDS.toNanos(3));

        assertThat(registry.get("xg2g.queue.sync").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(3);
    }

    @Test
    void damageAndDeletedFilesAreReported() {
        reports.observe(seen::add);
        Damage damage = new Damage("1.seg", 40, 8, "payload of record 3");

        metrics.damaged(damage);
        metrics.displaced(new IOException("Read-only file system"));
        assertThat(reports.displaced()).containsOnlyKeys("jobs");
        metrics.restored(2);

        assertThat(registry.get("xg2g.queue.corrupt.records").counter().count()).isEqualTo(1);
        assertThat(seen)
                .containsExactly(
                        new QueueReport.Damaged("jobs", damage),
                        new QueueReport.Displaced("jobs", "java.io.IOException: Read-only file system"),
                        new QueueReport.Restored("jobs", 2));
        assertThat(reports.displaced()).isEmpty();
    }

    /** They pass by themselves, and are in the log only. */
    @Test
    void memoryPressureAndFailedWritesAreNotReported() {
        reports.observe(seen::add);

        metrics.memoryPressure(80, 1 << 20);
        metrics.failed(new IOException("No space left on device"));

        assertThat(seen).isEmpty();
    }
}
