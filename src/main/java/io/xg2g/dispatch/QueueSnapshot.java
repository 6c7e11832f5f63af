package io.xg2g.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Consistent snapshot of the queue and the slots.
 *
 * @param waiting number of waiting requests by {@link Priority#level()}
 * @param capacity maximum number of waiting requests
 * @param running number of units that run on the devices of this program
 * @param slots number of units that can run at once on its healthy devices
 * @param oldestWait wait so far of the request that has waited longest; zero if none waits
 * @param expectedWait expected wait of a new request; zero if a slot is free
 * @param activeStreams number of streams that are playing
 * @param shares recent share of slot time by {@link Priority#level()}; the sum is 1, or 0 if no unit has ended
 * @param speed seconds of 1080-line video that the devices in use transcode to 720p in one second, measured by the probe; 0 if
 *     unknown; with this program's share of the workers of a cluster
 * @param devices devices found at the start
 * @param workers the workers of the cluster; empty unless requests wait for their slots too
 * @param accepting whether new requests are accepted; false during shutdown
 */
public record QueueSnapshot(
        List<Integer> waiting,
        int capacity,
        int running,
        int slots,
        Duration oldestWait,
        Duration expectedWait,
        int activeStreams,
        List<Double> shares,
        double speed,
        List<DeviceLoad> devices,
        Optional<WorkerLoad> workers,
        boolean accepting) {

    /**
     * Slots of one device.
     *
     * @param trouble why slots are withheld; empty if none are
     */
    public record DeviceLoad(String id, String name, int slots, int running, boolean healthy, String trouble) {}

    /**
     * Slots of the workers.
     *
     * @param slots number of slots of all workers
     * @param running number of this program's units that they run
     */
    public record WorkerLoad(int slots, int running) {}

    public QueueSnapshot {
        waiting = List.copyOf(waiting);
        shares = List.copyOf(shares);
        devices = List.copyOf(devices);
    }

    /** Returns the number of waiting requests of a level. */
    public int waiting(Priority priority) {
        return waiting.get(priority.level());
    }

    /** Returns the number of waiting requests, all levels together. */
    public int waitingTotal() {
        return waiting.stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * Returns how many durable requests may wait or run: as many as there are slots, but for those of the workers, of which there may
     * be thousands, at most half of the capacity, so that other requests can wait too.
     */
    public int durableRoom() {
        return slots
                + workers.map(fleet -> Math.min(fleet.slots(), capacity / 2)).orElse(0);
    }

    /**
     * Returns (waiting + running) / slots of this program alone: 1 if all slots of its devices are busy and nothing waits; NaN
     * without slots. In a cluster, requests wait at gateways and units run at workers: its demand is the quotient of the sums.
     */
    public double demand() {
        return slots == 0 ? Double.NaN : (double) (waitingTotal() + running) / slots;
    }
}
