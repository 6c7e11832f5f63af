package io.xg2g.packaging;

import io.xg2g.dispatch.Dispatcher;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/**
 * Allocation of the devices' real-time encoding speed to channels; costs and speeds are those of
 * {@link io.xg2g.ffmpeg.EncodingCost}. Channels with viewers have precedence over those without.
 *
 * <p>Thread-safe; never blocks for long.
 */
@ApplicationScoped
public class EncodingCapacity {
    /** Fraction of the probed speed that is allocated; the probe measures a machine without other load. */
    private static final double USABLE_FRACTION = 0.85;

    private record Allocation(double cost, BooleanSupplier watched) {}

    private final DoubleSupplier speed;
    private final Map<String, Allocation> allocations = new TreeMap<>();

    @Inject
    EncodingCapacity(Dispatcher dispatcher) {
        this(dispatcher::speed);
    }

    /**
     * Creates the allocation of a speed.
     *
     * @param speed sum of all devices in use; 0 if unknown
     */
    EncodingCapacity(DoubleSupplier speed) {
        this.speed = speed;
    }

    /** Returns the capacity that is available to a channel; infinite while the speed is unknown. */
    double left(String channel) {
        double total = total();
        synchronized (allocations) {
            return total - sum(channel, true);
        }
    }

    /**
     * Replaces the allocation of a channel with as many renditions as fit.
     *
     * @param costs of one rendition, of two, and so on
     * @param min number of renditions that are allocated in any case
     * @param watched whether the channel has viewers
     * @return number of renditions
     */
    int take(String channel, List<Double> costs, int min, BooleanSupplier watched) {
        double total = total();
        synchronized (allocations) {
            double left = total - sum(channel, true);
            int count = Math.min(min, costs.size());
            while (count < costs.size() && costs.get(count) <= left) {
                count++;
            }
            allocations.put(channel, new Allocation(count == 0 ? 0 : costs.get(count - 1), watched));
            return count;
        }
    }

    void release(String channel) {
        synchronized (allocations) {
            allocations.remove(channel);
        }
    }

    /** Returns whether allocations exceed the capacity, so that channels without viewers must release theirs. */
    public boolean isShort() {
        double total = total();
        synchronized (allocations) {
            return sum("", false) > total;
        }
    }

    /** Returns whether any other channel with viewers has an allocation. */
    boolean isSharedBy(String channel) {
        synchronized (allocations) {
            return sum(channel, true) > 0;
        }
    }

    /** Describes the capacity and the allocations of all other channels, for an error message. */
    String describe(String channel) {
        double total = total();
        synchronized (allocations) {
            return String.format(
                    Locale.ROOT, "the capacity of the devices is %.1f; used by: %s", total, playing(channel));
        }
    }

    private String playing(String channel) {
        return allocations.entrySet().stream()
                .filter(allocation -> !allocation.getKey().equals(channel)
                        && allocation.getValue().cost() > 0)
                .map(allocation -> String.format(
                        Locale.ROOT,
                        "%s %.1f",
                        allocation.getKey(),
                        allocation.getValue().cost()))
                .collect(Collectors.joining(", "));
    }

    private double total() {
        double known = speed.getAsDouble();
        return known > 0 ? USABLE_FRACTION * known : Double.POSITIVE_INFINITY;
    }

    private double sum(String except, boolean watchedOnly) {
        return allocations.entrySet().stream()
                .filter(allocation -> !allocation.getKey().equals(except))
                .filter(allocation ->
                        !watchedOnly || allocation.getValue().watched().getAsBoolean())
                .mapToDouble(allocation -> allocation.getValue().cost())
                .sum();
    }
}
