package io.xg2g.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.queue.Damage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DamageReportsTest {
    private final DamageReports reports = new DamageReports();
    private final List<String> seen = new ArrayList<>();

    @Test
    void damageFoundBeforeThereIsAnObserverIsReportedToIt() {
        reports.report("jobs", damage(1));
        reports.observe((queue, damage) -> seen.add(queue + damage.offset()));
        reports.report("events", damage(2));

        assertThat(seen).containsExactly("jobs1", "events2");
    }

    @Test
    void onlySoManyWait() {
        for (int i = 0; i < 1000; i++) {
            reports.report("jobs", damage(i));
        }
        reports.observe((queue, damage) -> seen.add(queue + damage.offset()));

        assertThat(seen).hasSize(DamageReports.MAX_WAITING);
    }

    private static Damage damage(long offset) {
        return new Damage("segment", offset, 1, "payload of record 1");
    }
}
