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
 * How much of what the devices encode in real time each channel takes; costs and speeds are those of
 * {@link io.xg2g.ffmpeg.EncodingCost}. Channels that somebody watches go before those that nobody watches any longer.
 *
 * <p>Thread-safe; never blocks for long.
 */
@ApplicationScoped
public class EncodingCapacity {
    /** What may be promised of the speed that the probe measured on a machine without other work. */
    private static final double PROMISED = 0.85;

    private record Use(double cost, BooleanSupplier watched) {}

    private final DoubleSupplier speed;
    private final Map<String, Use> uses = new TreeMap<>();

    @Inject
    EncodingCapacity(Dispatcher dispatcher) {
        this(dispatcher::speed);
    }

    /**
     * Shares out a speed.
     *
     * @param speed of all devices in use together; 0 where it is not known
     */
    EncodingCapacity(DoubleSupplier speed) {
        this.speed = speed;
    }

    /** What a channel can have; infinite as long as the speed is not known. */
    double left(String channel) {
        double total = total();
        synchronized (uses) {
            return total - sum(channel, true);
        }
    }

    /**
     * Takes as much as there is for a channel, in place of what it had.
     *
     * @param costs of one rendition, of two, and so on
     * @param least how many renditions are made in any case
     * @param watched whether somebody watches the channel
     * @return how many renditions there is capacity for
     */
    int take(String channel, List<Double> costs, int least, BooleanSupplier watched) {
        double total = total();
        synchronized (uses) {
            double left = total - sum(channel, true);
            int most = Math.min(least, costs.size());
            while (most < costs.size() && costs.get(most) <= left) {
                most++;
            }
            uses.put(channel, new Use(most == 0 ? 0 : costs.get(most - 1), watched));
            return most;
        }
    }

    void release(String channel) {
        synchronized (uses) {
            uses.remove(channel);
        }
    }

    /** Whether more is taken than there is, so that channels that nobody watches have to give theirs back. */
    public boolean isShort() {
        double total = total();
        synchronized (uses) {
            return sum("", false) > total;
        }
    }

    /** Whether any other channel takes something. */
    boolean isSharedBy(String channel) {
        synchronized (uses) {
            return sum(channel, true) > 0;
        }
    }

    /** What there is and who has it, as a sentence for whoever asks for this channel. */
    String describe(String channel) {
        double total = total();
        synchronized (uses) {
            return String.format(Locale.ROOT, "the devices carry %.1f; playing: %s", total, playing(channel));
        }
    }

    private String playing(String channel) {
        return uses.entrySet().stream()
                .filter(use -> !use.getKey().equals(channel) && use.getValue().cost() > 0)
                .map(use -> String.format(
                        Locale.ROOT, "%s %.1f", use.getKey(), use.getValue().cost()))
                .collect(Collectors.joining(", "));
    }

    private double total() {
        double known = speed.getAsDouble();
        return known > 0 ? PROMISED * known : Double.POSITIVE_INFINITY;
    }

    private double sum(String except, boolean watchedOnly) {
        return uses.entrySet().stream()
                .filter(use -> !use.getKey().equals(except))
                .filter(use -> !watchedOnly || use.getValue().watched().getAsBoolean())
                .mapToDouble(use -> use.getValue().cost())
                .sum();
    }
}
