package io.xg2g.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LevelSharesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LevelShares shares = new LevelShares();

    @Test
    void sharesAreZeroInitially() {
        assertThat(shares.now()).containsExactly(0.0, 0.0, 0.0);
    }

    @Test
    void sharesAreProportionalToRunTimes() {
        shares.ran(Priority.ACTIVE, 6 * SECOND, SECOND);
        shares.ran(Priority.NORMAL, 3 * SECOND, SECOND);
        shares.ran(Priority.PREVIEW, SECOND, SECOND);

        assertThat(shares.now()).containsExactly(0.1, 0.3, 0.6);
    }

    @Test
    void oldRunTimesDecay() {
        shares.ran(Priority.NORMAL, SECOND, 0);
        shares.ran(Priority.ACTIVE, SECOND, 300 * SECOND);

        assertThat(shares.now().get(Priority.ACTIVE.level())).isCloseTo(1, within(0.001));
    }
}
