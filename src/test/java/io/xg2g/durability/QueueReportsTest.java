package io.xg2g.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.queue.Damage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueueReportsTest {
    private final QueueReports reports = new QueueReports();
    private final List<QueueReport> seen = new ArrayList<>();

    @Test
    void whatIsReportedBeforeThereIsAnObserverIsReportedToIt() {
        reports.report(damaged("jobs", 1));
        reports.observe(seen::add);
        reports.report(damaged("events", 2));

        assertThat(seen).containsExactly(damaged("jobs", 1), damaged("events", 2));
    }

    @Test
    void onlySoManyWait() {
        for (int i = 0; i < 1000; i++) {
            reports.report(damaged("jobs", i));
        }
        reports.observe(seen::add);

        assertThat(seen).hasSize(QueueReports.MAX_WAITING);
    }

    @Test
    void aQueueIsDisplacedUntilItIsRestored() {
        reports.report(new QueueReport.Displaced("jobs", "Read-only file system"));
        assertThat(reports.displaced()).containsOnly(Map.entry("jobs", "Read-only file system"));

        reports.report(new QueueReport.Restored("jobs", 0));
        assertThat(reports.displaced()).isEmpty();
    }

    private static QueueReport damaged(String queue, long offset) {
        return new QueueReport.Damaged(queue, new Damage("segment", offset, 1, "payload of record 1"));
    }
}
