package io.xg2g.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StopSignalTest {
    private final StopSignal stop = new StopSignal();

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    @Test
    void aStopInterruptsTheRun() {
        stop.begin();

        stop.stop();

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aStopBeforeTheRunBeginsInterruptsItAsItBegins() {
        stop.stop();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();

        stop.begin();

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aLateStopDoesNotInterruptTheThreadsNextTask() {
        stop.begin();
        stop.stop();

        stop.end();
        stop.stop();

        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aStopCallsTheActionOfARunWithoutAThread() {
        int[] stops = {0};

        stop.onStop(() -> stops[0]++);
        assertThat(stops).containsExactly(0);
        stop.stop();

        assertThat(stops).containsExactly(1);
    }

    @Test
    void aStopBeforeTheActionIsSetCallsItAtOnce() {
        int[] stops = {0};
        stop.stop();

        stop.onStop(() -> stops[0]++);

        assertThat(stops).containsExactly(1);
    }
}
