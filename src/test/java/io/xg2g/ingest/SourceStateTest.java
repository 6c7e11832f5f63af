package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceStateTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long SECOND = 1_000_000_000L;
    private static final long START = Long.MAX_VALUE - 5 * SECOND;
    private static final long NOW = START + 2 * SECOND;
    private static final SourceException SOON = new SourceException(SourceException.Kind.ENDED, "ended");
    private static final SourceException SLOW = new SourceException(SourceException.Kind.PERMANENT, "not found");

    private static final Map<String, SourceState> STATES = Map.of(
            "Connecting", SourceState.initial(START),
            "Probing", SourceState.initial(START).connected(START),
            "Receiving", SourceState.initial(START).connected(START).programFound(START),
            "Pausing", SourceState.initial(START).failed(SOON, START),
            "Closed", new SourceState.Closed());

    private static final Map<String, UnaryOperator<SourceState>> EVENTS = Map.of(
            "connected", state -> state.connected(NOW),
            "active", state -> state.active(NOW),
            "programFound", state -> state.programFound(NOW),
            "failed", state -> state.failed(SOON, NOW),
            "resumed", state -> state.resumed(NOW),
            "closed", SourceState::closed);

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            state      | event        | next       | phase
            Connecting | connected    | Probing    | OPENING
            Connecting | active       | Connecting | OPENING
            Connecting | programFound | illegal    |
            Connecting | failed       | Pausing    | PAUSING
            Connecting | resumed      | illegal    |
            Connecting | closed       | Closed     | CLOSED
            Probing    | connected    | illegal    |
            Probing    | active       | Probing    | OPENING
            Probing    | programFound | Receiving  | RECEIVING
            Probing    | failed       | Pausing    | PAUSING
            Probing    | resumed      | illegal    |
            Probing    | closed       | Closed     | CLOSED
            Receiving  | connected    | Receiving  | RECEIVING
            Receiving  | active       | Receiving  | RECEIVING
            Receiving  | programFound | Receiving  | RECEIVING
            Receiving  | failed       | Pausing    | PAUSING
            Receiving  | resumed      | illegal    |
            Receiving  | closed       | Closed     | CLOSED
            Pausing    | connected    | illegal    |
            Pausing    | active       | illegal    |
            Pausing    | programFound | illegal    |
            Pausing    | failed       | illegal    |
            Pausing    | resumed      | Connecting | OPENING
            Pausing    | closed       | Closed     | CLOSED
            Closed     | connected    | Closed     | CLOSED
            Closed     | active       | Closed     | CLOSED
            Closed     | programFound | Closed     | CLOSED
            Closed     | failed       | Closed     | CLOSED
            Closed     | resumed      | Closed     | CLOSED
            Closed     | closed       | Closed     | CLOSED
            """)
    void anEventLeadsToTheNextState(String state, String event, String next, String phase) {
        SourceState before = STATES.get(state);
        if (next.equals("illegal")) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> EVENTS.get(event).apply(before))
                    .withMessageContaining(event)
                    .withMessageContaining(state);
            return;
        }

        SourceState after = EVENTS.get(event).apply(before);

        assertThat(after.getClass().getSimpleName()).isEqualTo(next);
        assertThat(after.phase()).hasToString(phase);
    }

    @ParameterizedTest
    @CsvSource({
        "Connecting, 30, NONE",
        "Connecting, 31, CONNECTING",
        "Probing, 10, NONE",
        "Probing, 11, SILENT",
        "Receiving, 10, NONE",
        "Receiving, 11, SILENT",
        "Pausing, 1000, NONE",
        "Closed, 1000, NONE"
    })
    void aStateStallsAfterItsTimeout(String state, int seconds, SourceState.Stall stall) {
        assertThat(STATES.get(state).stalled(START + seconds * SECOND, TIMEOUT)).isEqualTo(stall);
    }

    @ParameterizedTest
    @CsvSource({"Connecting, CONNECTING, 31", "Probing, SILENT, 11", "Receiving, SILENT, 11"})
    void activityRestartsTheTimeout(String state, SourceState.Stall stall, int seconds) {
        SourceState active = STATES.get(state).active(NOW);

        assertThat(active.stalled(START + seconds * SECOND, TIMEOUT)).isEqualTo(SourceState.Stall.NONE);
        assertThat(active.stalled(NOW + seconds * SECOND, TIMEOUT)).isEqualTo(stall);
    }

    @Test
    void pausesDoubleFromHalfASecondToTenSeconds() {
        SourceState state = SourceState.initial(START);
        for (String pause : "PT0.5S PT1S PT2S PT4S PT8S PT10S PT10S".split(" ")) {
            SourceState failed = state.failed(SOON, START);

            assertThat(failed.retry().pause()).hasToString(pause);
            assertThat(failed.reason()).contains(SOON);
            state = failed.resumed(START);
            assertThat(state.reason()).contains(SOON);
        }
    }

    @Test
    void aPermanentFailurePausesForThirtySeconds() {
        SourceState failed = SourceState.initial(START).failed(SLOW, START);

        assertThat(failed.retry().pause()).hasSeconds(30);
        assertThat(failed.resumed(START).failed(SOON, START).retry().pause()).hasSeconds(1);
    }

    /** Requests for the channel are answered then, and do not wait. */
    @Test
    void aSourceIsRefusedInThePauseAfterAPersistentFailureOnly() {
        SourceState failed = SourceState.initial(START).failed(SLOW, START);

        assertThat(failed.refused()).isTrue();
        assertThat(failed.resumed(START).refused()).isFalse();
        assertThat(failed.resumed(START).failed(SOON, START).refused()).isFalse();
        assertThat(STATES.values()).noneMatch(SourceState::refused);
    }

    @ParameterizedTest
    @CsvSource({
        "PERMANENT, 10, PT30S",
        "PERMANENT, 11, PT0.5S",
        "NOT_MEDIA, 11, PT0.5S",
        "UNAUTHORIZED, 11, PT30S",
        "NOT_ALLOWED, 11, PT30S",
        "SCRAMBLED, 10, PT30S",
        "SCRAMBLED, 11, PT0.5S"
    })
    void aSourceThatIsMissingAfterItWasReceivedIsTriedAgainSoon(
            SourceException.Kind kind, int secondsReceived, String pause) {
        SourceException reason = new SourceException(kind, "reason");
        SourceState state = SourceState.initial(START).connected(START).programFound(START);

        SourceState failed = state.failed(reason, START + secondsReceived * SECOND);

        assertThat(failed.retry().pause()).hasToString(pause);
        assertThat(failed.refused()).isEqualTo(pause.equals("PT30S"));
        Duration next = failed.resumed(START).failed(reason, START).retry().pause();
        assertThat(next).isEqualTo(pause.equals("PT30S") ? Duration.ofSeconds(30) : Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"10, PT1S", "11, PT0.5S"})
    void aStableSourceResetsTheBackoff(int secondsReceived, String pause) {
        SourceState receiving = SourceState.initial(START)
                .failed(SOON, START)
                .resumed(START)
                .connected(START)
                .programFound(START);
        assertThat(receiving.reason()).isEmpty();

        SourceState failed = receiving.failed(SOON, START + secondsReceived * SECOND);

        assertThat(failed.retry().pause()).hasToString(pause);
    }

    /** A source that is received says nothing about the disk on which its windows could not be written. */
    @Test
    void aFullDiskIsTheReasonUntilTheSourceIsStable() {
        SourceException disk = new SourceException(SourceException.Kind.DISK, "full");
        SourceState receiving = SourceState.initial(START)
                .connected(START)
                .programFound(START)
                .failed(disk, START)
                .resumed(START)
                .connected(START)
                .programFound(START);

        assertThat(receiving.active(START + 10 * SECOND).reason()).contains(disk);
        assertThat(receiving.active(START + 11 * SECOND).reason()).isEmpty();
        assertThat(receiving.failed(SOON, START).reason()).contains(SOON);
    }

    @Test
    void anOutageIsReportedAtPowersOfTwoAndForEachNewKindOfFailure() {
        SourceState state = SourceState.initial(START);
        StringBuilder reported = new StringBuilder();
        for (int failure = 1; failure <= 40; failure++) {
            SourceState failed = state.failed(failure >= 11 && failure % 2 == 1 ? SLOW : SOON, START);
            reported.append(failed.retry().isReported() ? failure + " " : "");
            state = failed.resumed(START);
        }

        assertThat(reported.toString().split(" ")).containsExactly("1", "2", "4", "8", "11", "16", "32");
    }

    @Test
    void aSourceThatFailsSoonAfterEachConnectionIsOneOutage() {
        SourceState state = SourceState.initial(START);
        for (int failure = 1; failure <= 3; failure++) {
            state = state.connected(START).programFound(START).failed(SOON, START + SECOND);
            assertThat(state.retry().isReported()).isEqualTo(failure != 3);
            state = state.resumed(START);
        }
    }
}
