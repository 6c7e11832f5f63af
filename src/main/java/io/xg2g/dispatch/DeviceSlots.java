package io.xg2g.dispatch;

import io.xg2g.gpu.Device;

/**
 * A device that passed its probe, and how many units it may run at once.
 *
 * @param slots at least 1
 */
public record DeviceSlots(Device device, int slots) {}
