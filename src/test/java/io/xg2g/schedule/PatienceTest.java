package io.xg2g.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatienceTest {
    /** Duration of the work in milliseconds. */
    @ParameterizedTest
    @CsvSource({"0, 1", "50, 1", "200, 1", "300, 1.5", "1000, 5", "2000, 5", "60000, 5"})
    void theFactorFollowsTheMeasuredTimeWithinItsBounds(long work, double factor) {
        assertThat(Patience.factor(Duration.ofMillis(work))).isEqualTo(factor);
    }

    @Test
    void theMeasuredFactorStaysTheSame() {
        double factor = Patience.factor();

        assertThat(factor).isBetween(1.0, Patience.MOST).isEqualTo(Patience.factor());
        assertThat(Patience.seconds(10)).isEqualTo(Patience.scaled(Duration.ofSeconds(10), factor));
        assertThat(Patience.setting(10)).isEqualTo(Patience.seconds(10).toMillis() + "ms");
        assertThat(Patience.allowance(2)).isBetween(2, (int) (2 * Patience.MOST));
    }

    @Test
    void aBoundIsMultipliedByTheFactor() {
        assertThat(Patience.scaled(Duration.ofSeconds(10), 1.5)).isEqualTo(Duration.ofSeconds(15));
    }
}
