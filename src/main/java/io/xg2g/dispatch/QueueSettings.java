package io.xg2g.dispatch;

import io.xg2g.config.ConfigBounds;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * Checked configuration of the queue.
 *
 * @param size maximum number of waiting requests
 * @param slots maximum number of running units, all devices together
 * @param maxWait maximum wait of a request
 * @param fair round-robin between the clients of a level
 * @param software when units are encoded on the CPU
 */
record QueueSettings(int size, int slots, Duration maxWait, boolean fair, SoftwareConfig.Policy software) {

    QueueSettings {
        ConfigBounds.number("xg2g.gpu.queue.size", size, 1, 100_000);
        ConfigBounds.duration("xg2g.gpu.queue.max-wait", maxWait, Duration.ofMillis(100), Duration.ofHours(1));
    }

    static QueueSettings of(QueueConfig queue, SoftwareConfig software) {
        int slots = slotsOrAuto("xg2g.gpu.queue.workers", queue.workers()).orElse(GpuSlots.AUTO_LIMIT);
        return new QueueSettings(queue.size(), slots, queue.maxWait(), queue.fair(), software.policy());
    }

    /**
     * Parses a number of slots.
     *
     * @return empty for {@code auto}
     */
    static OptionalInt slotsOrAuto(String key, String value) {
        return ConfigBounds.countOrAuto(key, value, GpuSlots.AUTO_LIMIT);
    }
}
