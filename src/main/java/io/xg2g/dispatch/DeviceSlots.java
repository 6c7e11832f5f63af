package io.xg2g.dispatch;

import io.xg2g.gpu.Device;
import java.util.Set;

/**
 * A device that passed its probe, and how many units it may run at once.
 *
 * @param slots at least 1
 * @param encoders ffmpeg's names of those that passed
 */
public record DeviceSlots(Device device, int slots, Set<String> encoders) {
    public DeviceSlots {
        encoders = Set.copyOf(encoders);
    }

    /** A device whose encoders are not known. */
    DeviceSlots(Device device, int slots) {
        this(device, slots, Set.of());
    }
}
