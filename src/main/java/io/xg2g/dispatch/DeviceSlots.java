package io.xg2g.dispatch;

import io.xg2g.gpu.Device;

/**
 * A device that passed its probe, and how many units it may run at once.
 *
 * @param slots of any units, at least 1
 * @param dueSlots further ones, of units that are due at a time: on a processor the kernel lets them go first, so that
 *     nobody is slower for it who could have had the slot
 */
public record DeviceSlots(Device device, int slots, int dueSlots) {

    /** A device on which all units have the same slots. */
    public DeviceSlots(Device device, int slots) {
        this(device, slots, 0);
    }
}
