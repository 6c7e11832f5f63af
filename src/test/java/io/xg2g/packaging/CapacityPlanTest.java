package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CapacityPlanTest {
    private final SortedMap<String, List<Double>> costs = new TreeMap<>();

    @Test
    void oneChannelHasTheBestStepThatFits() {
        costs.put("news", List.of(4.0, 2.0, 1.0));

        assertThat(CapacityPlan.of(4, costs).steps()).containsEntry("news", 0);
        assertThat(CapacityPlan.of(3.9, costs).steps()).containsEntry("news", 1);
        assertThat(CapacityPlan.of(0.1, costs).steps()).containsEntry("news", 2);
    }

    @Test
    void anotherChannelTakesFromTheFirstOneWhatItNeedsToBeEqual() {
        costs.put("news", List.of(4.0, 2.0, 1.0));
        costs.put("sports", List.of(4.0, 2.0, 1.0));

        assertThat(CapacityPlan.of(4, costs).steps()).containsEntry("news", 1).containsEntry("sports", 1);
        assertThat(CapacityPlan.of(3, costs).steps()).containsEntry("news", 1).containsEntry("sports", 2);
    }

    @Test
    void aSmallChannelIsCompleteBeforeALargeOneHasMore() {
        costs.put("large", List.of(8.0, 4.0, 1.0));
        costs.put("small", List.of(1.5, 0.5));

        assertThat(CapacityPlan.of(5, costs).steps()).containsEntry("small", 0).containsEntry("large", 2);
        assertThat(CapacityPlan.of(5.5, costs).steps())
                .containsEntry("small", 0)
                .containsEntry("large", 1);
    }

    @Test
    void withoutAKnownCapacityEveryChannelIsComplete() {
        costs.put("news", List.of(4.0, 2.0));
        costs.put("sports", List.of(1.0));

        assertThat(CapacityPlan.of(Double.POSITIVE_INFINITY, costs).steps())
                .containsOnly(Map.entry("news", 0), Map.entry("sports", 0));
    }

    @RandomTest
    void theCapacityIsDividedFairlyAndNotExceeded(RandomInput input) {
        double capacity = input.between(0.0, 20.0);
        int channels = input.between(1, 8);
        for (int i = 0; i < channels; i++) {
            costs.put("c" + i, someSteps(input));
        }

        CapacityPlan plan = CapacityPlan.of(capacity, costs);

        double minimum = costs.values().stream().mapToDouble(List::getLast).sum();
        double total = costs.entrySet().stream()
                .mapToDouble(channel -> channel.getValue().get(plan.step(channel.getKey())))
                .sum();
        if (minimum > capacity) {
            costs.forEach((channel, steps) -> assertThat(plan.steps()).containsEntry(channel, steps.size() - 1));
            return;
        }
        assertThat(total).isLessThanOrEqualTo(capacity + 1e-6);
        costs.forEach((channel, steps) -> {
            int step = plan.step(channel);
            if (step == 0) {
                return;
            }
            double better = steps.get(step - 1);
            assertThat(total + better - steps.get(step))
                    .as("capacity is not wasted")
                    .isGreaterThan(capacity);
            // A channel lacks its next step although it costs no more than what another one has beyond its cheapest
            // step:
            // only if not even that step, taken away, would have been enough.
            costs.forEach((other, all) -> {
                int theirs = plan.step(other);
                if (theirs < all.size() - 1 && better < all.get(theirs)) {
                    double without = total - all.get(theirs) + all.get(theirs + 1);
                    assertThat(without + better - steps.get(step))
                            .as("%s has more than %s at its cost", other, channel)
                            .isGreaterThan(capacity - 1e-6);
                }
            });
        });
        assertThat(CapacityPlan.of(capacity, costs)).isEqualTo(plan);
    }

    private static List<Double> someSteps(RandomInput input) {
        double[] steps = new double[input.between(1, 6)];
        Arrays.setAll(steps, _ -> input.between(0.01, 6.0));
        Arrays.sort(steps);
        List<Double> costs = new ArrayList<>();
        Arrays.stream(steps).distinct().forEach(cost -> costs.addFirst(cost));
        return costs;
    }
}
