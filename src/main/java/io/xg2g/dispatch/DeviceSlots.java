package io.xg2g.dispatch;

import io.xg2g.gpu.Device;
import java.util.Set;

/**
 * A device that passed its probe, and how many units it may run at once.
 *
 * @param slots of any units, at least 1
 * @param dueSlots further ones, of units that are due at a time: on a processor the kernel lets them go first, so that
 *     nobody is slower for it who could have had the slot
 * @param encoders ffmpeg's names of those that passed
 */
public record DeviceSlots(Device device, int slots, int dueSlots, Set<String> encoders) {
    public DeviceSlots {
        encoders = Set.copyOf(encoders);
    }

    /** A device whose encoders are not known, with the same slots for all units. */
    DeviceSlots(Device device, int slots) {
        this(device, slots, 0, Set.of());
    }
}
