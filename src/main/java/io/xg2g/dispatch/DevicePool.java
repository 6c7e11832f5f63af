package io.xg2g.dispatch;

import io.xg2g.dispatch.SoftwareConfig.Policy;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.Vendor;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The devices' slots and health, and where the next unit goes. Not thread-safe: the dispatcher's lock guards it.
 *
 * <p>Software takes units only where the policy lets it: with {@code auto}, when no healthy GPU is left for the unit.
 */
final class DevicePool {

    /** One device with its slots. */
    static final class Lane {
        final Device device;
        final int slots;
        private int limit;
        private int running;
        /** Why it has fewer slots than it could have; empty when it has them all. */
        private String trouble = "";

        private Lane(DeviceSlots capacity) {
            this.device = capacity.device();
            this.slots = capacity.slots();
            this.limit = slots;
        }

        boolean isHealthy() {
            return limit > 0;
        }

        int running() {
            return running;
        }

        QueueSnapshot.DeviceLoad load() {
            return new QueueSnapshot.DeviceLoad(device.id(), device.name(), slots, running, isHealthy(), trouble);
        }

        private int free() {
            return limit - running;
        }

        private boolean isSoftware() {
            return device.vendor() == Vendor.SOFTWARE;
        }
    }

    private final Policy policy;
    private final int most;
    private List<Lane> lanes = List.of();
    private boolean installed;
    private int running;

    /**
     * Makes a pool that has no devices yet.
     *
     * @param most how many units may run at once on all devices together
     */
    DevicePool(int most, Policy policy) {
        this.most = most;
        this.policy = policy;
    }

    void install(List<DeviceSlots> devices) {
        lanes = devices.stream().map(Lane::new).toList();
        installed = true;
    }

    /** Whether a unit that arrives now may hope for a slot: the devices are not known yet, or one of them is well. */
    boolean mayServe() {
        return !installed || candidates(Set.of()).findAny().isPresent();
    }

    /** How many units can run at once at present. */
    int slots() {
        return Math.min(most, candidates(Set.of()).mapToInt(lane -> lane.limit).sum());
    }

    int running() {
        return running;
    }

    List<Lane> lanes() {
        return lanes;
    }

    /** The healthy device with the most free slots that was not tried, or nothing while all are busy. */
    @Nullable
    Lane choose(Set<Lane> tried) {
        if (running >= most) {
            return null;
        }
        return candidates(tried)
                .filter(lane -> lane.free() > 0)
                .max(Comparator.comparingInt(Lane::free))
                .orElse(null);
    }

    /** Whether every device that could take the unit was tried. */
    boolean isExhausted(Set<Lane> tried) {
        return candidates(tried).findAny().isEmpty();
    }

    void acquire(Lane lane) {
        lane.running++;
        running++;
    }

    void release(Lane lane) {
        lane.running--;
        running--;
    }

    /** Gives the device no further unit until it is {@linkplain #restore restored}. Says whether that is news. */
    boolean setAside(Lane lane, String trouble) {
        boolean news = lane.isHealthy();
        lane.limit = 0;
        lane.trouble = trouble;
        return news;
    }

    /** Gives the device no more units than it runs now. Says whether that is news. */
    boolean narrow(Lane lane, String trouble) {
        boolean news = lane.limit > lane.running;
        lane.limit = Math.min(lane.limit, lane.running);
        lane.trouble = trouble;
        return news;
    }

    /** All its slots again. */
    void restore(Lane lane) {
        lane.limit = lane.slots;
        lane.trouble = "";
    }

    private Stream<Lane> candidates(Set<Lane> tried) {
        List<Lane> gpus = policy == Policy.ONLY
                ? List.of()
                : well(tried).filter(lane -> !lane.isSoftware()).toList();
        if (!gpus.isEmpty() || policy == Policy.NEVER) {
            return gpus.stream();
        }
        return well(tried).filter(Lane::isSoftware);
    }

    private Stream<Lane> well(Set<Lane> tried) {
        return lanes.stream().filter(lane -> lane.isHealthy() && !tried.contains(lane));
    }
}
