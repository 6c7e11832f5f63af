package io.xg2g.packaging;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Fair division of the encoding capacity among channels (max-min fairness): every channel has its cheapest step, and then
 * the channel whose next step is the cheapest gets it, as long as one fits.
 */
final class CapacityPlan {
    /** Tolerance for sums of costs. */
    private static final double EPSILON = 1e-9;

    private CapacityPlan() {}

    /**
     * Returns the index of each channel's step.
     *
     * @param costs of each channel's steps, the best and most expensive one first; by channel, in the order in which equal claims
     *     are served. The cheapest steps are assigned even if they exceed the capacity.
     */
    static Map<String, Integer> of(double capacity, SortedMap<String, List<Double>> costs) {
        Map<String, Integer> steps = new HashMap<>();
        costs.forEach((channel, all) -> steps.put(channel, all.size() - 1));
        double left = capacity - minimum(costs.values());
        while (true) {
            double most = left + EPSILON;
            Optional<Map.Entry<String, List<Double>>> next = costs.entrySet().stream()
                    .filter(channel -> steps.get(channel.getKey()) > 0)
                    .filter(channel -> rise(channel.getValue(), steps.get(channel.getKey())) <= most)
                    .min(Comparator.comparingDouble(channel -> channel.getValue().get(steps.get(channel.getKey()) - 1)));
            if (next.isEmpty()) {
                return steps;
            }
            left -= rise(next.get().getValue(), steps.get(next.get().getKey()));
            steps.merge(next.get().getKey(), -1, Integer::sum);
        }
    }

    /** Returns the cost of the next better step beyond that of a step. */
    private static double rise(List<Double> costs, int step) {
        return costs.get(step - 1) - costs.get(step);
    }

    /** Returns the sum of the costs of the cheapest steps. */
    static double minimum(Iterable<List<Double>> costs) {
        double sum = 0;
        for (List<Double> channel : costs) {
            sum += channel.getLast();
        }
        return sum;
    }
}
