package io.xg2g.dispatch;

import java.time.Duration;
import java.util.List;

/**
 * The queue and the slots at one moment.
 *
 * @param waiting how many requests wait, by {@link Priority#level()}
 * @param capacity how many may wait
 * @param running how many units run
 * @param slots how many can run at once on the devices that are well
 * @param oldestWait how long the longest-waiting request has waited; zero when none waits
 * @param expectedWait when a request that came now would be likely to start; zero while a slot is free
 * @param activeStreams streams that count as playing
 * @param shares of the slots' time, by {@link Priority#level()}; lately, together 1 or, where nothing ran, 0
 * @param speed seconds of 1080-line video that the devices in use turn into 720p in one second, as the probe measured; 0 where
 *     that is not known
 * @param devices the devices in use
 * @param accepting whether new requests are taken: false once the service is ending
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
        boolean accepting) {

    /**
     * One device's slots.
     *
     * @param trouble why it has fewer free slots than it could have; empty when all is well
     */
    public record DeviceLoad(String id, String name, int slots, int running, boolean healthy, String trouble) {}

    public QueueSnapshot {
        waiting = List.copyOf(waiting);
        shares = List.copyOf(shares);
        devices = List.copyOf(devices);
    }

    /** How many requests wait at this level. */
    public int waiting(Priority priority) {
        return waiting.get(priority.level());
    }

    /** How many requests wait in all levels together. */
    public int waitingTotal() {
        return waiting.stream().mapToInt(Integer::intValue).sum();
    }

    /** (waiting + running) / slots: 1 when all slots are busy and nothing waits; not a number where there are no slots. */
    public double demand() {
        return slots == 0 ? Double.NaN : (double) (waitingTotal() + running) / slots;
    }
}
