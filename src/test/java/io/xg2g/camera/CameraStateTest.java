package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.xg2g.ingest.SourceException;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CameraStateTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = Long.MAX_VALUE - 5 * SECOND;
    private static final Duration FROZEN_AFTER = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final SourceException ENDED = new SourceException(SourceException.Kind.ENDED, "ended");
    private static final SourceException REFUSED =
            new SourceException(SourceException.Kind.UNAUTHORIZED, "the source refuses access");

    private static final CameraState RECEIVING = CameraState.initial(START).frame(true, START, FROZEN_AFTER);

    private static final Map<String, CameraState> STATES = Map.of(
            "Connecting", CameraState.initial(START),
            "Receiving", RECEIVING,
            "Frozen", RECEIVING.frame(false, at(3), FROZEN_AFTER),
            "Pausing", CameraState.initial(START).failed(ENDED, START),
            "Unauthorized", CameraState.initial(START).failed(REFUSED, START),
            "Stopped", new CameraState.Stopped());

    private static final Map<String, UnaryOperator<CameraState>> EVENTS = Map.of(
            "frame", state -> state.frame(true, at(4), FROZEN_AFTER),
            "same", state -> state.frame(false, at(4), FROZEN_AFTER),
            "failed", state -> state.failed(ENDED, at(4)),
            "refused", state -> state.failed(REFUSED, at(4)),
            "resumed", state -> state.resumed(at(4)),
            "stopped", CameraState::stopped);

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            state        | event   | next         | status
            Connecting   | frame   | Receiving    | LIVE
            Connecting   | same    | Receiving    | LIVE
            Connecting   | failed  | Pausing      | LOST
            Connecting   | refused | Unauthorized | UNAUTHORIZED
            Connecting   | resumed | illegal      |
            Connecting   | stopped | Stopped      | STOPPED
            Receiving    | frame   | Receiving    | LIVE
            Receiving    | same    | Frozen       | FROZEN
            Receiving    | failed  | Pausing      | LOST
            Receiving    | refused | Unauthorized | UNAUTHORIZED
            Receiving    | resumed | illegal      |
            Receiving    | stopped | Stopped      | STOPPED
            Frozen       | frame   | Receiving    | LIVE
            Frozen       | same    | Frozen       | FROZEN
            Frozen       | failed  | Pausing      | LOST
            Frozen       | refused | Unauthorized | UNAUTHORIZED
            Frozen       | resumed | illegal      |
            Frozen       | stopped | Stopped      | STOPPED
            Pausing      | frame   | illegal      |
            Pausing      | same    | illegal      |
            Pausing      | failed  | illegal      |
            Pausing      | refused | illegal      |
            Pausing      | resumed | Connecting   | LOST
            Pausing      | stopped | Stopped      | STOPPED
            Unauthorized | frame   | illegal      |
            Unauthorized | same    | illegal      |
            Unauthorized | failed  | illegal      |
            Unauthorized | refused | illegal      |
            Unauthorized | resumed | illegal      |
            Unauthorized | stopped | Stopped      | STOPPED
            Stopped      | frame   | Stopped      | STOPPED
            Stopped      | same    | Stopped      | STOPPED
            Stopped      | failed  | Stopped      | STOPPED
            Stopped      | refused | Stopped      | STOPPED
            Stopped      | resumed | Stopped      | STOPPED
            Stopped      | stopped | Stopped      | STOPPED
            """)
    void anEventLeadsToTheNextState(String state, String event, String next, String status) {
        CameraState before = STATES.get(state);
        if (next.equals("illegal")) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> EVENTS.get(event).apply(before))
                    .withMessageContaining(state);
            return;
        }

        CameraState after = EVENTS.get(event).apply(before);

        assertThat(after.getClass().getSimpleName()).isEqualTo(next);
        assertThat(after.status()).hasToString(status);
    }

    @Test
    void aCameraIsFrozenOnlyAfterTheTimeAndNeverIfThereIsNone() {
        assertThat(RECEIVING.frame(false, at(2), FROZEN_AFTER).status()).isEqualTo(CameraStatus.State.LIVE);
        assertThat(RECEIVING.frame(false, at(1000), Duration.ZERO).status()).isEqualTo(CameraStatus.State.LIVE);
        CameraState changed = RECEIVING.frame(true, at(2), FROZEN_AFTER);
        assertThat(changed.frame(false, at(4), FROZEN_AFTER).status()).isEqualTo(CameraStatus.State.LIVE);
        assertThat(changed.frame(false, at(5), FROZEN_AFTER).reason()).contains("xg2g.camera.frozen-after");
    }

    @Test
    void aSourceWithoutFramesIsStalledAndTheFirstFrameMayTakeTwiceAsLong() {
        assertThat(RECEIVING.stalled(at(10), TIMEOUT)).isFalse();
        assertThat(RECEIVING.stalled(at(11), TIMEOUT)).isTrue();
        assertThat(STATES.get("Frozen").stalled(at(14), TIMEOUT)).isTrue();
        assertThat(STATES.get("Connecting").stalled(at(20), TIMEOUT)).isFalse();
        assertThat(STATES.get("Connecting").stalled(at(21), TIMEOUT)).isTrue();
        assertThat(STATES.get("Pausing").stalled(at(1000), TIMEOUT)).isFalse();
    }

    @Test
    void failuresAreCountedUntilTheSourceIsStable() {
        CameraState lost = STATES.get("Pausing").resumed(at(1)).failed(ENDED, at(2));
        assertThat(failures(lost)).isEqualTo(2);
        CameraState back = lost.resumed(at(3)).frame(true, at(4), FROZEN_AFTER);
        assertThat(back.reason()).isNull();
        assertThat(failures(back.failed(ENDED, at(10)))).isEqualTo(3);
        assertThat(failures(back.failed(ENDED, at(40)))).isEqualTo(1);
    }

    private static int failures(CameraState state) {
        return ((CameraState.Pausing) state).outage().failures();
    }

    private static long at(int seconds) {
        return START + seconds * SECOND;
    }
}
