package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.service.Scenario.Times;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ScenarioTest {
    private static final long BEGIN = 1_000_000_000_000L;

    /** The source sends picture 1000 at second 0; a player is 8 s behind; what happens begins at second 20, and lasts 10 s. */
    private static final int FIRST = 1000;

    private static final int BEHIND = 8;

    private final PictureLog log = new PictureLog();

    private static Times times(double ended) {
        return new Times(at(20), at(30), at(ended), number(20), number(30));
    }

    @Test
    void aPlayerThatGoesOnPlays() {
        play(0, 20, number(-BEHIND));
        play(20, 60, number(20 - BEHIND));

        for (Scenario scenario :
                new Scenario[] {Scenario.WATCH, Scenario.SOURCE_AWAY, Scenario.RESTART, Scenario.EPOCHS, Scenario.AUDIO
                }) {
            assertThat(scenario.judge(log, times(60))).as(scenario.title()).isEqualTo("plays");
        }
    }

    @Test
    void aPlayerThatStopsIsFound() {
        play(0, 20, number(-BEHIND));

        assertThat(Scenario.SOURCE_AWAY.judge(log, times(60))).isEqualTo("no picture any more");
        assertThat(Scenario.WATCH.judge(log, times(60))).startsWith("still for 40");
        assertThat(Scenario.PAUSE.judge(log, times(60))).isEqualTo("stands still after the pause");
        assertThat(Scenario.SEEK_BACK.judge(log, times(60))).isEqualTo("does not go back");
    }

    @Test
    void theTimeToReturnIsCountedWithoutTheDelayOfThePlayer() {
        play(0, 20, number(-BEHIND));
        play(30 + BEHIND + 19, 80, number(30));
        assertThat(Scenario.SOURCE_AWAY.judge(log, times(80))).isEqualTo("plays");

        play(85, 90, number(90));
        assertThat(Scenario.SOURCE_AWAY.judge(log, times(90))).isEqualTo("still for 5.0 s");
    }

    @Test
    void aLateReturnIsFound() {
        play(0, 20, number(-BEHIND));
        play(30 + BEHIND + 26, 80, number(30));

        assertThat(Scenario.RESTART.judge(log, times(80))).isEqualTo("the picture returns after 26 s");
    }

    @Test
    void slowPlaybackIsFound() {
        for (int i = 0; i < 40 * PictureCounter.RATE; i += 2) {
            log.add(at(20 + (double) i / PictureCounter.RATE), number(20) + i / 2);
        }

        assertThat(Scenario.WATCH.judge(log, times(60))).isEqualTo("plays 20 s in 40 s");
    }

    @Test
    void aPauseStopsThePictureAndEnds() {
        play(0, 20, number(-BEHIND));
        play(32, 50, number(20 - BEHIND));
        assertThat(Scenario.PAUSE.judge(log, times(50))).isEqualTo("plays");

        PictureLog unpaused = new PictureLog();
        for (int i = 0; i < 500; i++) {
            unpaused.add(at(20 + i / 25.0), i);
        }
        assertThat(Scenario.PAUSE.judge(unpaused, times(40))).isEqualTo("does not pause");
    }

    @Test
    void goingBackShowsOlderPicturesInOrder() {
        play(0, 20, number(-BEHIND));
        play(21, 22, number(20 - BEHIND - Scenario.BACK / 2));
        play(22, 40, number(20 - BEHIND - Scenario.BACK));
        assertThat(Scenario.SEEK_BACK.judge(log, times(40))).isEqualTo("plays");

        play(40, 45, number(-5));
        assertThat(Scenario.SEEK_BACK.judge(log, times(45))).contains("older than one before it");
    }

    private static int number(double second) {
        return FIRST + (int) Math.round(second * PictureCounter.RATE);
    }

    private void play(double from, double to, int number) {
        int pictures = (int) Math.round((to - from) * PictureCounter.RATE);
        for (int i = 0; i < pictures; i++) {
            log.add(at(from + (double) i / PictureCounter.RATE), number + i);
        }
    }

    private static long at(double seconds) {
        return BEGIN + Math.round(seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
