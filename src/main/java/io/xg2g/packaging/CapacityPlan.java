package io.xg2g.packaging;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Fair division of the encoding capacity among channels (max-min fairness): every channel has its cheapest step, and then
 * the channel whose next step is the cheapest gets it, as long as one fits.
 *
 * @param steps number of each channel's step; 0 is the best and most expensive one
 */
record CapacityPlan(Map<String, Integer> steps) {
    /** Tolerance for sums of costs. */
    private static final double EPSILON = 1e-9;

    CapacityPlan {
        steps = Map.copyOf(steps);
    }

    /** Channel while the plan is made. */
    private static final class Candidate {
        final String channel;
        final List<Double> costs;
        int step;

        Candidate(String channel, List<Double> costs) {
            this.channel = channel;
            this.costs = costs;
            this.step = costs.size() - 1;
        }

        double better() {
            return costs.get(step - 1);
        }

        double rise() {
            return better() - costs.get(step);
        }
    }

    /**
     * Makes a plan.
     *
     * @param costs of each channel's steps, the best and most expensive one first; by channel, in the order in which equal claims
     *     are served. The cheapest steps are assigned even if they exceed the capacity.
     */
    static CapacityPlan of(double capacity, SortedMap<String, List<Double>> costs) {
        List<Candidate> candidates = costs.entrySet().stream()
                .map(channel -> new Candidate(channel.getKey(), channel.getValue()))
                .toList();
        double left = capacity;
        for (Candidate candidate : candidates) {
            left -= candidate.costs.getLast();
        }
        for (Candidate next = next(candidates, left); next != null; next = next(candidates, left)) {
            left -= next.rise();
            next.step--;
        }
        Map<String, Integer> steps = new HashMap<>();
        candidates.forEach(candidate -> steps.put(candidate.channel, candidate.step));
        return new CapacityPlan(steps);
    }

    /** Returns the channel with the cheapest next step, of those whose next step fits; {@code null} if there is none. */
    private static @Nullable Candidate next(List<Candidate> candidates, double left) {
        Candidate cheapest = null;
        for (Candidate candidate : candidates) {
            if (candidate.step > 0
                    && candidate.rise() <= left + EPSILON
                    && (cheapest == null || candidate.better() < cheapest.better())) {
                cheapest = candidate;
            }
        }
        return cheapest;
    }

    /** Returns the number of a channel's step; 0 for a channel that is not in the plan. */
    int step(String channel) {
        return steps.getOrDefault(channel, 0);
    }
}
