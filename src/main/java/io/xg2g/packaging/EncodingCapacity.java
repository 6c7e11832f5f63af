package io.xg2g.packaging;

import io.xg2g.dispatch.Dispatcher;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/**
 * Allocation of the devices' real-time encoding speed to channels, by {@link CapacityPlan}; costs and speeds are those of
 * {@link io.xg2g.ffmpeg.EncodingCost}.
 *
 * <p>Thread-safe; never blocks for long.
 */
@ApplicationScoped
public class EncodingCapacity {
    /** Fraction of a GPU's probed speed that is allocated. */
    private static final double GPU_FRACTION = 0.85;

    /**
     * Fraction of the processor's speed, which is that of all cores without other load: one run of ffmpeg keeps little more than half
     * of two cores busy, and a window has to be encoded before the next one is due.
     */
    private static final double PROCESSOR_FRACTION = 0.5;

    /**
     * Demand of a channel.
     *
     * @param costs of its steps, the best and most expensive one first
     * @param watched whether it has viewers
     */
    private record Demand(List<Double> costs, BooleanSupplier watched) {
        double lowest() {
            return costs.getLast();
        }
    }

    private final DoubleSupplier speed;
    private final BooleanSupplier onProcessor;
    private final SortedMap<String, Demand> demands = new TreeMap<>();

    @Inject
    EncodingCapacity(Dispatcher dispatcher) {
        this(dispatcher::speed, dispatcher::encodesOnProcessor);
    }

    /**
     * Creates the allocation of a speed.
     *
     * @param speed sum of all devices in use; 0 if unknown
     * @param onProcessor whether the device in use is the processor
     */
    EncodingCapacity(DoubleSupplier speed, BooleanSupplier onProcessor) {
        this.speed = speed;
        this.onProcessor = onProcessor;
    }

    /**
     * Registers the demand of a channel and returns the number of its step in the plan of all channels.
     *
     * @param costs of its steps, the best and most expensive one first
     * @param watched whether it has viewers
     */
    int plan(String channel, List<Double> costs, BooleanSupplier watched) {
        double total = total();
        synchronized (demands) {
            demands.put(channel, new Demand(List.copyOf(costs), watched));
            return plan(total, demands).step(channel);
        }
    }

    void release(String channel) {
        synchronized (demands) {
            demands.remove(channel);
        }
    }

    /**
     * Returns the capacity that is left for a channel if all others with viewers have their cheapest step; infinite while the
     * speed is unknown.
     */
    double most(String channel) {
        double total = total();
        synchronized (demands) {
            return total
                    - watched().entrySet().stream()
                            .filter(other -> !other.getKey().equals(channel))
                            .mapToDouble(other -> other.getValue().lowest())
                            .sum();
        }
    }

    /** Returns whether any other channel with viewers needs an encoder. */
    boolean isSharedBy(String channel) {
        synchronized (demands) {
            return watched().entrySet().stream()
                    .anyMatch(other ->
                            !other.getKey().equals(channel) && other.getValue().lowest() > 0);
        }
    }

    /** Returns whether channels without viewers have to release their allocation, because those with viewers need it. */
    public boolean isShort() {
        double total = total();
        synchronized (demands) {
            SortedMap<String, Demand> watched = watched();
            CapacityPlan all = plan(total, demands);
            CapacityPlan alone = plan(total, watched);
            return demands.values().stream().mapToDouble(Demand::lowest).sum() > total
                    || watched.keySet().stream().anyMatch(channel -> alone.step(channel) < all.step(channel));
        }
    }

    /** Describes the capacity and the least that all other channels need, for an error message. */
    String describe(String channel) {
        double total = total();
        synchronized (demands) {
            return String.format(
                    Locale.ROOT, "the capacity of the devices is %.1f; used by: %s", total, others(channel));
        }
    }

    private String others(String channel) {
        return demands.entrySet().stream()
                .filter(other -> !other.getKey().equals(channel))
                .filter(other -> other.getValue().lowest() > 0)
                .map(other -> String.format(
                        Locale.ROOT, "%s %.1f", other.getKey(), other.getValue().lowest()))
                .collect(Collectors.joining(", "));
    }

    /** Describes what a cost takes of the capacity that the plan leaves for a channel, for instance {@code 2.3 of 1.0 cores}. */
    String share(String channel, double cost) {
        double total = total();
        double left;
        synchronized (demands) {
            CapacityPlan plan = plan(total, demands);
            left = total
                    - demands.entrySet().stream()
                            .filter(other -> !other.getKey().equals(channel))
                            .mapToDouble(other -> other.getValue().costs().get(plan.step(other.getKey())))
                            .sum();
        }
        boolean cores = onProcessor.getAsBoolean();
        double unit = cores ? Runtime.getRuntime().availableProcessors() * PROCESSOR_FRACTION / total : 1;
        return String.format(
                Locale.ROOT,
                left < total ? "%.1f of the %.1f %s that other channels leave" : "%.1f of %.1f %s",
                cost * unit,
                left * unit,
                cores ? "cores" : "encodings of 1080 lines to 720p");
    }

    /** Under the lock. */
    private SortedMap<String, Demand> watched() {
        SortedMap<String, Demand> watched = new TreeMap<>(demands);
        watched.values().removeIf(demand -> !demand.watched().getAsBoolean());
        return watched;
    }

    private static CapacityPlan plan(double total, SortedMap<String, Demand> demands) {
        SortedMap<String, List<Double>> costs = new TreeMap<>();
        demands.forEach((channel, demand) -> costs.put(channel, demand.costs()));
        return CapacityPlan.of(total, costs);
    }

    private double total() {
        double known = speed.getAsDouble();
        double fraction = onProcessor.getAsBoolean() ? PROCESSOR_FRACTION : GPU_FRACTION;
        return known > 0 ? fraction * known : Double.POSITIVE_INFINITY;
    }
}
