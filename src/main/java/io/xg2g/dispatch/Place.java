package io.xg2g.dispatch;

import io.xg2g.dispatch.DevicePool.DeviceState;
import io.xg2g.gpu.Device;

/** Where a unit runs. */
sealed interface Place {
    Device device();

    /** Slot of a device of this program. */
    record Local(DeviceState state) implements Place {
        @Override
        public Device device() {
            return state.device;
        }
    }

    /**
     * Slot of a worker.
     *
     * @param attempt number of the start of the request on a worker, from 1
     */
    record Remote(RemoteSlot slot, int attempt) implements Place {
        @Override
        public Device device() {
            return slot.device();
        }
    }
}
