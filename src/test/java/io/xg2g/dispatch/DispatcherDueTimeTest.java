package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.oneSlot;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.dispatch.TranscodeRequest.DueTime;
import io.xg2g.gpu.Device;
import io.xg2g.process.ProcessPriority;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Units with a due time: their order within a round, and rejection of late ones. */
class DispatcherDueTimeTest {
    private static final Duration MOMENT = Duration.ofNanos(1);
    private static final Duration UNIT = Duration.ofSeconds(2);

    private final DispatcherSetup setup = oneSlot();

    @Test
    void theEarliestDueTimeOfARoundIsServedFirst() {
        setup.submit("x1");
        submit("a1", 5, false);
        submit("b1", 3, false);
        submit("c1", 4, false);

        setup.completeAll();

        assertThat(setup.slots.starts()).containsExactly("x1", "b1", "c1", "a1");
    }

    @Test
    void unitsWithADueTimePrecedeThoseWithout() {
        setup.submit("x1", "y1");
        submit("a1", 5, false);

        setup.completeAll();

        assertThat(setup.slots.starts()).containsExactly("x1", "a1", "y1");
    }

    @Test
    void anEarlyDueTimeGivesNoSecondTurnInARound() {
        setup.submit("x1");
        submit("b1", 8, false);
        submit("b2", 9, false);
        submit("a1", 1, false);
        submit("a2", 2, false);
        submit("a3", 3, false);

        setup.completeAll();

        assertThat(setup.slots.starts()).containsExactly("x1", "a1", "b1", "a2", "b2", "a3");
    }

    @Test
    void theFirstWindowsOfAStreamShareOneTurn() {
        setup.submit("x1");
        submit("b1", 8, false);
        submit("b2", 9, false);
        submit("a1", 1, true);
        submit("a2", 2, true);
        submit("a3", 3, false);

        setup.completeAll();

        assertThat(setup.slots.starts()).containsExactly("x1", "a1", "a2", "b1", "a3", "b2");
    }

    @Test
    void aUnitPastItsLatestStartIsNotStarted() {
        setup.submit("x1");
        submit("a1", 4, false);
        setup.time.advance(UNIT.multipliedBy(2).minus(MOMENT));
        assertThat(setup.outcome("a1")).isEqualTo("open");

        setup.time.advance(MOMENT);
        setup.completeAll();

        assertThat(setup.outcome("a1")).isEqualTo("timeout");
        assertThat(setup.slots.starts()).containsExactly("x1");
    }

    @Test
    void aUnitSubmittedTooLateIsRejectedThoughASlotIsFree() {
        submit("a1", 0, false);

        assertThat(setup.outcome("a1")).isEqualTo("timeout");
        assertThat(setup.rejections("timeout")).isEqualTo(1);
        assertThat(setup.slots.starts()).isEmpty();
    }

    @Test
    void theProcessPriorityFollowsTheLevelAtStart() {
        setup.submit(Requests.ofStream("a1", "show"));
        assertThat(setup.slots.get("a1").priority()).isEqualTo(ProcessPriority.NORMAL);
        setup.slots.complete("a1");
        setup.submit(Requests.ofStream("a2", "show"));
        assertThat(setup.slots.get("a2").priority()).isEqualTo(ProcessPriority.ACTIVE);
        setup.slots.complete("a2");
        submit("c1", 4, true);
        assertThat(setup.slots.get("c1").priority()).isEqualTo(ProcessPriority.LIVE);
        setup.slots.complete("c1");
        setup.preview("b1");
        assertThat(setup.slots.get("b1").priority()).isEqualTo(ProcessPriority.PREVIEW);
    }

    @Test
    void unitsWithADueTimeAreActiveFromTheFirstOn() {
        setup.submit("x1");
        submit("a1", 4, true);

        assertThat(setup.dispatcher.position("a1").orElseThrow().level()).isEqualTo(Priority.ACTIVE);
    }

    @Test
    void slotsForDueUnitsAreReservedForThem() {
        DispatcherSetup software = DispatcherSetup.with()
                .workers(2)
                .devices(new DeviceCapacity(Device.SOFTWARE, 1, 1, 0, Set.of()))
                .start();
        software.submit("x1", "y1");
        assertThat(software.slots.starts()).containsExactly("x1");

        long due = software.time.nanoTime() + UNIT.toNanos();
        software.submit(Requests.scheduled("a1", null, Priority.NORMAL, UNIT, new DueTime(due, due, true)));
        assertThat(software.slots.starts()).containsExactly("x1", "a1");

        software.slots.complete("x1");
        assertThat(software.slots.starts()).containsExactly("x1", "a1", "y1");
    }

    /** Due after this number of seconds, which is also the latest start. */
    private void submit(String id, int seconds, boolean opening) {
        long due = setup.time.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        setup.submit(Requests.scheduled(id, null, Priority.NORMAL, UNIT, new DueTime(due, due, opening)));
    }
}
