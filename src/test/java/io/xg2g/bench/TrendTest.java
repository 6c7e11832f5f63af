package io.xg2g.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {
    private static Trend trend(DoubleUnaryOperator value) {
        return Trend.of(IntStream.range(0, 60)
                .mapToObj(i -> new Trend.Point(i, value.applyAsDouble(i)))
                .toList());
    }

    @Test
    void pointsOnALineHaveItsSlopeAndNoError() {
        Trend trend = trend(time -> 100 + 2.5 * time);

        assertThat(trend.slope()).isCloseTo(2.5, within(1e-9));
        assertThat(trend.error()).isCloseTo(0, within(1e-6));
        assertThat(trend.mean()).isCloseTo(100 + 2.5 * 29.5, within(1e-9));
        assertThat(trend.growsBeyond(2.4)).isTrue();
        assertThat(trend.growsBeyond(2.6)).isFalse();
    }

    @Test
    void noiseIsNotReportedAsGrowth() {
        Random random = new Random(15);

        assertThat(trend(_ -> 100 + 10 * random.nextGaussian()).growsBeyond(0.1))
                .isFalse();
    }

    @Test
    void growthIsDetectedDespiteNoise() {
        Random random = new Random(15);

        assertThat(trend(time -> 100 + time + 10 * random.nextGaussian()).growsBeyond(0.1))
                .isTrue();
    }

    @Test
    void twoPointsAreTooFew() {
        assertThatThrownBy(() -> Trend.of(List.of(new Trend.Point(0, 1), new Trend.Point(1, 1))))
                .hasMessageContaining("3 points, not 2");
    }
}
