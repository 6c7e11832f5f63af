package io.xg2g.dispatch;

import io.xg2g.gpu.Device;
import java.util.Set;

/**
 * Capacity of a device that passed its probe.
 *
 * @param slots number of units of any kind that run at once, at least 1
 * @param dueSlots additional slots for units with a due time. Used on a CPU, where these units run at a higher scheduling
 *     priority and so do not slow down the others
 * @param speed seconds of 1080-line video transcoded to 720p in one second, measured by the probe; 0 if unknown
 * @param encoders ffmpeg names of the encoders that passed
 */
public record DeviceCapacity(Device device, int slots, int dueSlots, double speed, Set<String> encoders) {
    public DeviceCapacity {
        encoders = Set.copyOf(encoders);
    }
}
