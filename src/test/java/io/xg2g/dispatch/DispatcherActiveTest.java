package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.oneSlot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.ffmpeg.Failure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which requests count as active: those of a stream of which a unit completed within the last 30 s. */
class DispatcherActiveTest {
    private static final Duration MOMENT = Duration.ofNanos(1);

    @Test
    void aStreamIsActiveFor30SecondsAfterAUnitCompleted() {
        DispatcherSetup setup = oneSlot();
        makeActive(setup, "a0", "show");
        setup.timer.advance(Duration.ofSeconds(30));
        setup.submit("x1");

        setup.submit(Requests.ofStream("a1", "show"));
        setup.timer.advance(MOMENT);
        setup.submit(Requests.ofStream("a2", "show"));

        assertThat(setup.dispatcher.standing("a1").orElseThrow().level()).isEqualTo(Priority.ACTIVE);
        assertThat(setup.dispatcher.standing("a2").orElseThrow().level()).isEqualTo(Priority.NORMAL);
    }

    @Test
    void anActiveStreamLendsItsLevelToNobodyElse() {
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
    void nobodyCanAskForTheActiveLevel() {
        assertThatThrownBy(() -> Requests.request("a1", null, Priority.ACTIVE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ACTIVE");
    }

    /** The client's stream is playing: one unit of it has just completed. */
    private static void makeActive(DispatcherSetup setup, String id, String stream) {
        setup.submit(Requests.ofStream(id, stream));
        setup.slots.complete(id);
    }

    @Test
    void theStreamOfAUnitIsKnownUntilItIsAnswered() {
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
