package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EncodingCapacityTest {
    private final Set<String> left = new HashSet<>();
    private double speed = 4;
    private final EncodingCapacity capacity = new EncodingCapacity(() -> speed);

    @Test
    void aChannelGetsTheRenditionsThatFitTheCapacity() {
        assertThat(take("a", 1, 1.5, 4)).isEqualTo(1);
        assertThat(take("b", 1, 0.9, 1.5, 2.5)).isEqualTo(2);
        assertThat(take("c", 0, 0.7)).isZero();
        assertThat(capacity.isShort()).isFalse();
    }

    @Test
    void aChannelAlwaysGetsItsLowestRendition() {
        assertThat(take("a", 1, 3)).isEqualTo(1);
        assertThat(take("b", 1, 2, 3)).isEqualTo(1);

        assertThat(capacity.isShort()).isTrue();
    }

    @Test
    void thePreviousAllocationOfAChannelIsAvailableToIt() {
        take("a", 1, 2);
        assertThat(take("a", 1, 2, 3)).isEqualTo(2);
        assertThat(capacity.left("a")).isEqualTo(0.85 * 4);
    }

    @Test
    void channelsWithoutViewersHaveNoPrecedence() {
        take("a", 1, 3);
        assertThat(capacity.left("b")).isLessThan(1);

        left.add("a");

        assertThat(take("b", 1, 2, 3)).isEqualTo(2);
        assertThat(capacity.isShort()).isTrue();
        capacity.release("a");
        assertThat(capacity.isShort()).isFalse();
    }

    @Test
    void withoutAKnownSpeedThereIsNoLimit() {
        speed = 0;

        assertThat(take("a", 1, 100, 200)).isEqualTo(2);
        assertThat(capacity.isShort()).isFalse();
    }

    @Test
    void theDescriptionListsTheOtherChannels() {
        take("news", 1, 1.5);
        take("films", 1, 1);

        assertThat(capacity.describe("sports"))
                .isEqualTo("the capacity of the devices is 3.4; used by: films 1.0, news 1.5");
        assertThat(capacity.isSharedBy("sports")).isTrue();
        assertThat(capacity.describe("films")).endsWith("used by: news 1.5");
    }

    private int take(String channel, int least, double... costs) {
        List<Double> all = Arrays.stream(costs).boxed().toList();
        return capacity.take(channel, all, least, () -> !left.contains(channel));
    }
}
