package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowStateTest {
    private static final EncodedWindow ENCODED = new EncodedWindow(List.of());

    private static final Map<String, WindowState> STATES = Map.of(
            "Preparing", new WindowState.Preparing(),
            "Waiting", WindowState.Waiting.NOW,
            "Submitted", new WindowState.Submitted(),
            "Settled", new WindowState.Settled(ENCODED));

    private static final Map<String, UnaryOperator<WindowState>> EVENTS = Map.of(
            "prepared",
            WindowState::prepared,
            "submitted",
            WindowState::submitted,
            "refused",
            state -> state.refused(1_000),
            "settled",
            state -> state.settled(ENCODED));

    @ParameterizedTest
    @CsvSource({
        "Preparing, prepared, Waiting",
        "Preparing, submitted, illegal",
        "Preparing, refused, illegal",
        "Preparing, settled, Settled",
        "Waiting, prepared, illegal",
        "Waiting, submitted, Submitted",
        "Waiting, refused, illegal",
        "Waiting, settled, Settled",
        "Submitted, prepared, illegal",
        "Submitted, submitted, illegal",
        "Submitted, refused, Waiting",
        "Submitted, settled, Settled",
        "Settled, prepared, Settled",
        "Settled, submitted, illegal",
        "Settled, refused, Settled",
        "Settled, settled, illegal"
    })
    void anEventLeadsToTheNextState(String state, String event, String next) {
        WindowState before = STATES.get(state);
        if (next.equals("illegal")) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> EVENTS.get(event).apply(before))
                    .withMessageContaining(event);
            return;
        }

        assertThat(EVENTS.get(event).apply(before).getClass().getSimpleName()).isEqualTo(next);
    }

    @Test
    void aRefusedWindowIsSubmittedAgainLater() {
        WindowState waiting = new WindowState.Submitted().refused(1_000);

        assertThat(waiting.maySubmit(999)).isFalse();
        assertThat(waiting.maySubmit(1_000)).isTrue();
        assertThat(new WindowState.Submitted().refused(Long.MAX_VALUE).maySubmit(Long.MIN_VALUE + 5))
                .as("the clock has overflowed")
                .isTrue();
    }

    @Test
    void onlyAWaitingWindowMayBeSubmitted() {
        assertThat(STATES)
                .allSatisfy((name, state) -> assertThat(state.maySubmit(0)).isEqualTo(name.equals("Waiting")));
    }

    @Test
    void aSettledWindowKeepsItsFirstResult() {
        assertThat(new WindowState.Settled(null).prepared()).isEqualTo(new WindowState.Settled(null));
        assertThat(new WindowState.Settled(ENCODED).refused(1)).isEqualTo(new WindowState.Settled(ENCODED));
    }
}
