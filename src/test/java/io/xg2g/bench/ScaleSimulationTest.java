package io.xg2g.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ScaleSimulationTest {

    @Test
    void fairnessIsOneForEqualSharesAndTheReciprocalOfTheNumberIfOneHasAll() {
        assertThat(ScaleSimulation.fairness(DoubleStream.of(3, 3, 3, 3))).isCloseTo(1, within(1e-9));
        assertThat(ScaleSimulation.fairness(DoubleStream.of(0, 0, 7, 0))).isCloseTo(0.25, within(1e-9));
        assertThat(ScaleSimulation.fairness(DoubleStream.of(0, 0))).isCloseTo(1, within(1e-9));
    }
}
