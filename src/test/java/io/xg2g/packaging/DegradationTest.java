package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DegradationTest {
    private final Degradation degradation = new Degradation();

    @Test
    void theCompleteLadderIsEncodedWithoutLag() {
        for (int i = 0; i < 100; i++) {
            assertThat(degradation.rungs(3, 1, 0.3)).isEqualTo(3);
            degradation.published(0.3);
        }
    }

    @Test
    void rungsAreDroppedOneByOneAndTheHighestRemains() {
        assertThat(degradation.rungs(3, 1, 2.5)).isEqualTo(2);
        for (int i = 0; i < 20; i++) {
            assertThat(degradation.rungs(3, 1, 2.5)).isBetween(1, 2);
        }
        assertThat(degradation.rungs(3, 1, 9)).isEqualTo(1);
    }

    @Test
    void aDropHasTimeToTakeEffect() {
        assertThat(degradation.rungs(3, 1, 2.5)).isEqualTo(2);
        assertThat(degradation.rungs(3, 1, 2.5)).isEqualTo(2);
        assertThat(degradation.rungs(3, 1, 2.5)).isEqualTo(2);
        assertThat(degradation.rungs(3, 1, 2.5)).isEqualTo(1);
    }

    @Test
    void aRungIsRestoredAfterTenFastWindows() {
        degradation.rungs(3, 1, 2.5);
        for (int i = 0; i < 9; i++) {
            degradation.published(0.5);
            assertThat(degradation.rungs(3, 1, 0)).isEqualTo(2);
        }
        degradation.published(0.5);

        assertThat(degradation.rungs(3, 1, 0)).isEqualTo(3);
    }

    @Test
    void oneSlowWindowResetsTheCount() {
        degradation.rungs(3, 1, 2.5);
        for (int i = 0; i < 9; i++) {
            degradation.published(0.5);
        }
        degradation.published(1.5);
        degradation.published(0.5);

        assertThat(degradation.rungs(3, 1, 0)).isEqualTo(2);
    }

    @Test
    void aSingleRungIsNeverDropped() {
        assertThat(degradation.rungs(1, 1, 60)).isEqualTo(1);
    }
}
