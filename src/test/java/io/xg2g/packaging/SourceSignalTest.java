package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceSignalTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long LIMIT = 10 * SECOND;

    /** Close to the overflow. */
    private static final long DUE = Long.MAX_VALUE - SECOND;

    private static final Map<String, SourceSignal> STATES = Map.of(
            "None", new SourceSignal.None(),
            "Present", new SourceSignal.Present(DUE, null),
            "Again", new SourceSignal.Present(DUE, new SourceSignal.Away(800, DUE, 0)),
            "Away", new SourceSignal.Away(900, DUE + 2 * SECOND, 0),
            "AudioOnly", new SourceSignal.AudioOnly(900, DUE, 0));

    private static final Map<String, UnaryOperator<SourceSignal>> EVENTS = Map.of(
            "ended", SourceSignal::ended,
            "audio only", signal -> signal.withoutVideo(DUE + SECOND, 900, 2 * SECOND),
            "received", signal -> signal.received(DUE + SECOND),
            "3s", signal -> signal.at(DUE + 3 * SECOND, 900),
            "later", signal -> signal.at(DUE + 3 * SECOND + 1, 900));

    @ParameterizedTest
    @CsvSource({
        "None, received, Present",
        "None, 3s, None",
        "None, later, None",
        "None, ended, None",
        "Present, received, Present",
        "Present, 3s, Present",
        "Present, later, Away",
        "Present, ended, Present",
        "Again, ended, Away",
        "Again, received, Present",
        "Present, audio only, AudioOnly",
        "Away, received, Present",
        "Away, 3s, Away",
        "Away, later, Away",
        "Away, ended, Away",
        "Away, audio only, AudioOnly",
        "AudioOnly, audio only, AudioOnly",
        "AudioOnly, received, Present",
        "AudioOnly, 3s, AudioOnly",
        "AudioOnly, later, Away",
        "AudioOnly, ended, Away"
    })
    void anEventLeadsToTheNextState(String state, String event, String next) {
        SourceSignal after = EVENTS.get(event).apply(STATES.get(state));

        assertThat(after.getClass().getSimpleName()).isEqualTo(next);
    }

    @Test
    void slatesAreOwedInRealTimeUpToTheLimit() {
        SourceSignal.Away away = (SourceSignal.Away) new SourceSignal.Present(DUE, null).at(DUE + 3 * SECOND + 1, 900);
        assertThat(away.since()).isEqualTo(900);
        assertThat(away.owes(DUE + 2 * SECOND - 1, LIMIT)).isFalse();

        int slates = 0;
        for (long now = DUE + 3 * SECOND + 1; now - DUE < 60 * SECOND; now += SECOND) {
            while (away.owes(now, LIMIT)) {
                assertThat(now - away.due()).isBetween(0L, SECOND + 1);
                away = away.withSlate(2 * SECOND);
                slates++;
            }
        }

        assertThat(slates).isEqualTo(5);
    }

    @Test
    void oneWindowIsNotTheReturnOfTheSource() {
        SourceSignal again =
                new SourceSignal.Away(900, DUE, 4 * SECOND).received(DUE).at(DUE + 3 * SECOND + 1, 1000);

        assertThat(again).isEqualTo(new SourceSignal.Away(900, DUE + 2 * SECOND, 0));
    }

    @Test
    void twoWindowsAreTheReturnOfTheSource() {
        SourceSignal again = new SourceSignal.Away(900, DUE - SECOND, 4 * SECOND)
                .received(DUE - SECOND)
                .received(DUE)
                .at(DUE + 3 * SECOND + 1, 1000);

        assertThat(again).isEqualTo(new SourceSignal.Away(1000, DUE + 2 * SECOND, 0));
    }

    @Test
    void slatesGoOnAfterALastWindowOfARunThatEnds() {
        SourceSignal.Away away = new SourceSignal.Away(900, DUE, 4 * SECOND);

        assertThat(away.received(DUE).ended()).isEqualTo(new SourceSignal.Away(900, DUE + 3 * SECOND, 4 * SECOND));
    }

    @Test
    void windowsWithoutVideoAreSlates() {
        SourceSignal.AudioOnly audio =
                new SourceSignal.Away(900, DUE, 4 * SECOND).withoutVideo(DUE + SECOND, 1000, 2 * SECOND);

        assertThat(audio).isEqualTo(new SourceSignal.AudioOnly(900, DUE + SECOND, 6 * SECOND));
        assertThat(audio.ended()).isEqualTo(new SourceSignal.Away(900, DUE + 3 * SECOND, 6 * SECOND));
    }

    @Test
    void noSlateIsOwedWithALimitOfZero() {
        assertThat(new SourceSignal.Away(900, DUE, 0).owes(DUE + SECOND, 0)).isFalse();
    }
}
