package io.xg2g.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShrinkingTest {

    @Test
    void theElementsThatCauseTheFailureRemainInOrder() {
        assertThat(Shrinking.shrink(List.of(1, 2, 3, 4, 5, 2), list -> list.containsAll(List.of(4, 2))))
                .containsExactly(2, 4);
    }

    @Test
    void aFailureWithoutAnyElementIsShrunkToNone() {
        assertThat(Shrinking.shrink(List.of(1, 2, 3), _ -> true)).isEmpty();
    }
}
