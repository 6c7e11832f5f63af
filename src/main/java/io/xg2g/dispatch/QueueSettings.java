package io.xg2g.dispatch;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * The queue's configuration, checked.
 *
 * @param size how many requests may wait
 * @param slots how many units may run at once on all devices together
 * @param maxWait how long a request may wait
 * @param fair whether clients of one level take turns
 * @param software when units are encoded in software
 */
record QueueSettings(int size, int slots, Duration maxWait, boolean fair, SoftwareConfig.Policy software) {

    QueueSettings {
        inRange("xg2g.gpu.queue.size", size, 1, 100_000);
        if (maxWait.compareTo(Duration.ofMillis(100)) < 0 || maxWait.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("xg2g.gpu.queue.max-wait is " + maxWait + "; it may be 100ms to 1h");
        }
    }

    static QueueSettings of(QueueConfig queue, SoftwareConfig software) {
        int slots = countOrAuto("xg2g.gpu.queue.workers", queue.workers()).orElse(GpuSlots.AUTO_LIMIT);
        return new QueueSettings(queue.size(), slots, queue.maxWait(), queue.fair(), software.policy());
    }

    /**
     * Reads a number of slots.
     *
     * @return empty for {@code auto}
     */
    static OptionalInt countOrAuto(String key, String value) {
        if (value.equals("auto")) {
            return OptionalInt.empty();
        }
        int count;
        try {
            count = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    key + " is '" + value + "'; it may be 1 to " + GpuSlots.AUTO_LIMIT + ", or auto");
        }
        inRange(key, count, 1, GpuSlots.AUTO_LIMIT);
        return OptionalInt.of(count);
    }

    private static void inRange(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " is " + value + "; it may be " + min + " to " + max);
        }
    }
}
