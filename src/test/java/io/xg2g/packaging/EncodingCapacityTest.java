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
    private boolean onProcessor;
    private final EncodingCapacity capacity = new EncodingCapacity(() -> speed, () -> onProcessor);

    @Test
    void aChannelHasTheBestStepThatFitsBesideTheOthers() {
        assertThat(plan("a", 3, 2, 1)).isZero();
        assertThat(plan("b", 3, 2, 1)).isEqualTo(2);
        assertThat(plan("a", 3, 2, 1)).isEqualTo(1);
        capacity.release("b");
        assertThat(plan("a", 3, 2, 1)).isZero();
    }

    @Test
    void aChannelAlwaysHasItsCheapestStep() {
        assertThat(plan("a", 3)).isZero();
        assertThat(plan("b", 3, 2)).isEqualTo(1);

        assertThat(capacity.isShort()).isTrue();
        assertThat(capacity.most("c")).isNegative();
    }

    @Test
    void theCheapestStepsOfOthersAreNotAvailable() {
        plan("a", 3, 1);
        plan("b", 3, 0.4);

        assertThat(capacity.most("c")).isEqualTo(0.85 * 4 - 1.4);
        assertThat(capacity.most("b")).isEqualTo(0.85 * 4 - 1);
        assertThat(capacity.isSharedBy("b")).isTrue();
    }

    @Test
    void channelsWithoutViewersReleaseWhatOthersNeed() {
        plan("a", 3, 1);
        plan("b", 3, 1);
        assertThat(capacity.isShort()).isFalse();

        left.add("a");

        assertThat(capacity.isShort()).isTrue();
        assertThat(capacity.most("b")).isEqualTo(0.85 * 4);
        assertThat(capacity.isSharedBy("b")).isFalse();
        capacity.release("a");
        assertThat(capacity.isShort()).isFalse();
    }

    @Test
    void channelsWithoutViewersStayWhileNobodyNeedsMore() {
        plan("a", 0.5);
        plan("b", 2, 1);
        left.add("a");

        assertThat(capacity.isShort()).isFalse();
    }

    @Test
    void withoutAKnownSpeedThereIsNoLimit() {
        speed = 0;

        assertThat(plan("a", 200, 100)).isZero();
        assertThat(capacity.isShort()).isFalse();
    }

    @Test
    void theDescriptionListsTheOtherChannels() {
        plan("news", 1.5);
        plan("films", 2, 1);
        plan("demo", 1, 0);

        assertThat(capacity.describe("sports"))
                .isEqualTo("the capacity of the devices is 3.4; used by: films 1.0, news 1.5");
        assertThat(capacity.describe("films")).endsWith("used by: news 1.5");
    }

    @Test
    void theShareIsDescribedInCoresIfTheProcessorEncodes() {
        plan("news", 2);
        assertThat(capacity.share("news", 5)).isEqualTo("5.0 of 3.4 encodings of 1080 lines to 720p");
        assertThat(capacity.share("films", 5))
                .isEqualTo("5.0 of the 1.4 encodings of 1080 lines to 720p that other channels leave");

        onProcessor = true;
        speed = Runtime.getRuntime().availableProcessors();
        assertThat(capacity.share("news", 5)).startsWith("5.0 of ").endsWith(" cores");
    }

    @Test
    void halfOfTheProcessorIsAllocated() {
        onProcessor = true;

        assertThat(capacity.most("news")).isEqualTo(0.5 * 4);
    }

    private int plan(String channel, double... costs) {
        List<Double> all = Arrays.stream(costs).boxed().toList();
        return capacity.plan(channel, all, () -> !left.contains(channel));
    }
}
