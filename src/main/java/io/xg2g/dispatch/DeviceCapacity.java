package io.xg2g.dispatch;

import io.xg2g.gpu.Device;
import java.util.Set;

/**
 * A device that passed its probe, and how many units it may run at once.
 *
 * @param slots of any units, at least 1
 * @param dueSlots further ones, of units that are due at a time: on a processor the kernel lets them go first, so that
 *     nobody is slower for it who could have had the slot
 * @param speed seconds of 1080-line video that it turns into 720p in one second, as the probe measured; 0 where that is not
 *     known
 * @param encoders ffmpeg's names of those that passed
 */
public record DeviceCapacity(Device device, int slots, int dueSlots, double speed, Set<String> encoders) {
    public DeviceCapacity {
        encoders = Set.copyOf(encoders);
    }

    /** A device whose encoders are not known, with the same slots for all units. */
    DeviceCapacity(Device device, int slots) {
        this(device, slots, 0, 0, Set.of());
    }
}
