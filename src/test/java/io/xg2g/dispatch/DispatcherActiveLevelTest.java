package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.oneSlot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.ffmpeg.Failure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which requests have the level active: those of playing streams, up to real time. */
class DispatcherActiveLevelTest {
    private static final Duration MOMENT = Duration.ofNanos(1);

    @Test
    void aStreamIsActiveFor30SecondsAfterAUnitCompleted() {
        DispatcherSetup setup = oneSlot();
        makeActive(setup, "a0", "show");
        setup.time.advance(Duration.ofSeconds(30));
        setup.submit("x1");

        setup.submit(Requests.ofStream("a1", "show"));
        setup.time.advance(MOMENT);
        setup.submit(Requests.ofStream("a2", "show"));

        assertThat(setup.dispatcher.position("a1").orElseThrow().level()).isEqualTo(Priority.ACTIVE);
        assertThat(setup.dispatcher.position("a2").orElseThrow().level()).isEqualTo(Priority.NORMAL);
    }

    @Test
    void aStreamInRealTimeStaysActive() {
        DispatcherSetup setup = oneSlot();
        makeActive(setup, "a0", "show");
        setup.submit("x1");

        for (int i = 1; i <= 20; i++) {
            setup.submit(Requests.ofStream("a" + i, "show"));
            setup.time.advance(Duration.ofMillis(1600));
            setup.completeAll();
            setup.submit("x1");
        }

        assertThat(setup.slots.starts()).filteredOn(id -> id.startsWith("a")).hasSize(21);
        assertThat(level(setup, "a21")).isEqualTo(Priority.ACTIVE);
    }

    @Test
    void aStreamAheadOfRealTimeWaitsAsANewRequest() {
        DispatcherSetup setup = oneSlot();
        makeActive(setup, "a0", "show");
        setup.submit("x1");

        assertThat(level(setup, "a1")).isEqualTo(Priority.ACTIVE);
        assertThat(level(setup, "a2")).isEqualTo(Priority.ACTIVE);
        assertThat(level(setup, "a3")).isEqualTo(Priority.ACTIVE);
        assertThat(level(setup, "a4")).isEqualTo(Priority.NORMAL);
        // Two seconds of media take 1.6 s at 1.25 times the speed.
        setup.time.advance(Duration.ofMillis(1600).minus(MOMENT));
        assertThat(level(setup, "a5")).isEqualTo(Priority.NORMAL);
        setup.time.advance(MOMENT);
        assertThat(level(setup, "a6")).isEqualTo(Priority.ACTIVE);
        assertThat(level(setup, "a7")).isEqualTo(Priority.NORMAL);
    }

    @Test
    void aLongUnitIsChargedItsPlayingTime() {
        DispatcherSetup setup = oneSlot();
        makeActive(setup, "a0", "show");
        setup.submit("x1");
        Duration minute = Duration.ofMinutes(1);

        setup.submit(Requests.scheduled("a1", "show", Priority.NORMAL, minute, null));

        assertThat(setup.dispatcher.position("a1").orElseThrow().level()).isEqualTo(Priority.ACTIVE);
        setup.time.advance(Duration.ofSeconds(28));
        assertThat(level(setup, "a2")).isEqualTo(Priority.NORMAL);
    }

    @Test
    void aUnitLongerThanItsContainerStatesIsChargedAtItsEnd() {
        DispatcherSetup setup = oneSlot();
        makeActive(setup, "a0", "show");
        setup.submit(Requests.scheduled("a1", "show", Priority.NORMAL, Duration.ofMillis(100), null));
        setup.slots.complete("a1", Duration.ofSeconds(20));
        setup.submit("x1");

        setup.time.advance(Duration.ofSeconds(10));
        assertThat(level(setup, "a2")).isEqualTo(Priority.NORMAL);
        setup.time.advance(Duration.ofSeconds(5));
        assertThat(level(setup, "a3")).isEqualTo(Priority.ACTIVE);
    }

    @Test
    void aRejectedUnitIsNotCharged() {
        DispatcherSetup setup = DispatcherSetup.with().workers(1).size(1).start();
        makeActive(setup, "a0", "show");
        setup.submit("x1");
        setup.submit(Requests.ofStream("a1", "show"));

        for (int i = 2; i < 10; i++) {
            setup.submit(Requests.ofStream("a" + i, "show"));
            assertThat(setup.outcome("a" + i)).isEqualTo("full");
        }

        setup.dispatcher.cancel("a1");
        assertThat(level(setup, "a10")).isEqualTo(Priority.ACTIVE);
    }

    /** Level of the stream's next unit. */
    private static Priority level(DispatcherSetup setup, String id) {
        setup.submit(Requests.ofStream(id, "show"));
        return setup.dispatcher.position(id).orElseThrow().level();
    }

    @Test
    void theActiveLevelAppliesToItsStreamOnly() {
        DispatcherSetup setup = oneSlot();
        makeActive(setup, "a0", "show");
        setup.submit("x1");

        setup.submit(Requests.ofStream("b1", "show"));
        setup.submit(Requests.ofStream("a1", "other"));
        setup.submit("a2");
        setup.submit(Requests.request("a3", "show", Priority.PREVIEW));

        assertThat(setup.dispatcher.snapshot().waiting()).containsExactly(1, 3, 0);
    }

    @Test
    void aFailedUnitMakesNoStreamActive() {
        DispatcherSetup setup = oneSlot();
        setup.submit(Requests.ofStream("a0", "show"));
        setup.slots.fail("a0", Failure.Kind.CRASH);

        assertThat(setup.dispatcher.snapshot().activeStreams()).isZero();
    }

    @Test
    void aPreviewMakesNoStreamActive() {
        DispatcherSetup setup = oneSlot();
        setup.submit(Requests.request("a0", "show", Priority.PREVIEW));
        setup.slots.complete("a0");

        assertThat(setup.dispatcher.snapshot().activeStreams()).isZero();
    }

    @Test
    void theActiveLevelCannotBeRequested() {
        assertThatThrownBy(() -> Requests.request("a1", null, Priority.ACTIVE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ACTIVE");
    }

    /** Makes the client's stream active by completing one unit. */
    private static void makeActive(DispatcherSetup setup, String id, String stream) {
        setup.submit(Requests.ofStream(id, stream));
        setup.slots.complete(id);
    }

    @Test
    void theStreamOfAUnitIsKnownUntilItIsCompleted() {
        DispatcherSetup setup = DispatcherSetup.oneSlot();
        TranscodeRequest request = Requests.ofStream("a1", "show");
        setup.submit(request);
        setup.submit("b1");
        assertThat(setup.dispatcher.stream(request.unit())).contains("show");
        assertThat(setup.dispatcher.stream(Requests.unit("c1"))).isEmpty();

        setup.slots.complete("a1");

        assertThat(setup.dispatcher.stream(request.unit())).isEmpty();
    }
}
