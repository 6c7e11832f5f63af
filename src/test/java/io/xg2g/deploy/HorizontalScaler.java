package io.xg2g.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The algorithm of Kubernetes' HorizontalPodAutoscaler for one external metric with a target of type {@code Value}, with a
 * {@code behavior} (kube-controller-manager, {@code pkg/controller/podautoscaler}): the ratio to the target, times the pods that are
 * ready, rounded up; unchanged within a tolerance of 0.1; the largest recommendation of the last while is kept when it decreases, the
 * smallest one when it increases; and so many pods more or fewer in a period.
 */
final class HorizontalScaler {
    private static final double TOLERANCE = 0.1;

    private record Recommendation(long second, int replicas) {}

    /** Pods that were added, or, if negative, removed. */
    private record Change(long second, int pods) {}

    /** How many pods, or percent of them, in so many seconds. */
    private record Policy(boolean percent, int value, int period) {
        static Policy of(JsonNode policy) {
            return new Policy(
                    policy.path("type").asText().equals("Percent"),
                    policy.path("value").asInt(),
                    policy.path("periodSeconds").asInt());
        }

        /** The most pods when this number was there at the beginning of the period. */
        int most(int begin) {
            return percent ? (int) Math.ceil(begin * (1 + value / 100.0)) : begin + value;
        }

        /** The fewest pods. */
        int fewest(int begin) {
            return percent ? (int) (begin * (1 - value / 100.0)) : begin - value;
        }
    }

    /** Rules of a direction: the window of stabilization, in seconds, and policies, of which the one that allows most counts. */
    private record Rules(int window, List<Policy> policies) {
        static Rules of(JsonNode rules) {
            return new Rules(
                    rules.path("stabilizationWindowSeconds").asInt(),
                    rules.path("policies").valueStream().map(Policy::of).toList());
        }
    }

    private final int min;
    private final int max;
    private final double target;
    private final Rules up;
    private final Rules down;
    private final Deque<Recommendation> recommendations = new ArrayDeque<>();
    private final Deque<Change> changes = new ArrayDeque<>();

    /**
     * Creates one.
     *
     * @param min number of replicas at least
     * @param max number of replicas at most
     * @param target of the metric
     * @param behavior as in the specification of an autoscaler
     */
    HorizontalScaler(int min, int max, double target, JsonNode behavior) {
        this.min = min;
        this.max = max;
        this.target = target;
        up = Rules.of(behavior.path("scaleUp"));
        down = Rules.of(behavior.path("scaleDown"));
    }

    /** The autoscaler that the chart renders: a HorizontalPodAutoscaler, or a ScaledObject, of which KEDA makes one. */
    static HorizontalScaler of(JsonNode object) {
        JsonNode spec = object.path("spec");
        if (object.path("kind").asText().equals("ScaledObject")) {
            return new HorizontalScaler(
                    spec.path("minReplicaCount").asInt(),
                    spec.path("maxReplicaCount").asInt(),
                    spec.at("/triggers/0/metadata/threshold").asDouble(),
                    spec.at("/advanced/horizontalPodAutoscalerConfig/behavior"));
        }
        String target = spec.at("/metrics/0/external/target/value").asText();
        return new HorizontalScaler(
                spec.path("minReplicas").asInt(),
                spec.path("maxReplicas").asInt(),
                Integer.parseInt(target.replace("m", "")) / 1000.0,
                spec.path("behavior"));
    }

    /**
     * Decides.
     *
     * @param second of the decision, which increases
     * @param replicas that are wanted so far
     * @param ready pods that are ready
     * @param metric its value, if there is one: without one nothing changes
     */
    int next(long second, int replicas, int ready, OptionalDouble metric) {
        if (metric.isEmpty()) {
            return replicas;
        }
        double ratio = metric.getAsDouble() / target;
        int wanted = Math.abs(1 - ratio) <= TOLERANCE ? replicas : (int) Math.ceil(ratio * ready);
        int next = limited(second, replicas, stabilized(second, replicas, wanted));
        if (next != replicas) {
            changes.add(new Change(second, next - replicas));
        }
        return next;
    }

    private int stabilized(long second, int replicas, int wanted) {
        if (recommendations.isEmpty()) {
            // As the controller does with an autoscaler that it has not seen before.
            recommendations.add(new Recommendation(second, replicas));
        }
        recommendations.add(new Recommendation(second, wanted));
        int most = wanted;
        int least = wanted;
        for (Recommendation recent : recommendations) {
            if (second - recent.second() < down.window()) {
                most = Math.max(most, recent.replicas());
            }
            if (second - recent.second() < up.window()) {
                least = Math.min(least, recent.replicas());
            }
        }
        return Math.min(Math.max(replicas, least), most);
    }

    private int limited(long second, int replicas, int wanted) {
        if (wanted > replicas) {
            int limit = up.policies().stream()
                    .mapToInt(policy -> policy.most(replicas - changed(second, policy.period())))
                    .max()
                    .orElseThrow();
            return Math.min(wanted, Math.min(max, Math.max(replicas, limit)));
        }
        int limit = down.policies().stream()
                .mapToInt(policy -> policy.fewest(replicas - changed(second, policy.period())))
                .min()
                .orElseThrow();
        return Math.max(wanted, Math.max(min, Math.min(replicas, limit)));
    }

    /** Pods that were added less those that were removed in the last so many seconds. */
    private int changed(long second, int period) {
        return changes.stream()
                .filter(change -> second - change.second() < period)
                .mapToInt(Change::pods)
                .sum();
    }
}
