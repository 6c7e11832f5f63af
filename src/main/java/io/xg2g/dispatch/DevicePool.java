package io.xg2g.dispatch;

import io.xg2g.dispatch.SoftwareConfig.Policy;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.GpuLoad;
import io.xg2g.gpu.Vendor;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Slots and health of the devices, and the choice of a device for each unit. Not thread-safe; guarded by the dispatcher's lock.
 *
 * <p>The CPU takes units only as the policy allows: with {@code auto}, when no healthy GPU is left for the unit, and not in a
 * gateway of a cluster.
 */
final class DevicePool {

    /** Slots and health of one device. */
    static final class DeviceState {
        final Device device;
        final int slots;
        private final int dueSlots;
        private final double speed;
        private int limit;
        private int running;
        /** Running units that have a due time. */
        private int dueRunning;

        /** Why slots are withheld; empty if none are. */
        private String reason = "";

        private DeviceState(DeviceCapacity capacity) {
            this.device = capacity.device();
            this.slots = capacity.slots();
            this.dueSlots = capacity.dueSlots();
            this.speed = capacity.speed();
            this.limit = slots;
        }

        boolean isHealthy() {
            return limit > 0;
        }

        int running() {
            return running;
        }

        QueueSnapshot.DeviceLoad load() {
            return new QueueSnapshot.DeviceLoad(
                    device.id(), device.name(), slots + dueSlots, running, isHealthy(), reason);
        }

        private int limit() {
            return isHealthy() ? limit + dueSlots : 0;
        }

        private int free(boolean due) {
            int any = limit() - running;
            return due ? any : Math.min(any, limit - (running - dueRunning));
        }

        private boolean isSoftware() {
            return device.vendor() == Vendor.SOFTWARE;
        }
    }

    /** Order of preference: uncongested encoder, same vendor as the stream's latest unit, free slots, encoder load, free memory. */
    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparing(
                    (Candidate candidate) -> candidate.load().congested())
            .thenComparing(candidate -> !candidate.sameVendor())
            .thenComparing(candidate -> -candidate.free())
            .thenComparing(candidate -> candidate.load().encoderPercent())
            .thenComparing(candidate -> -candidate.load().freeVramBytes());

    /** A device with a free slot, its current load, and whether its vendor is that of the stream's latest unit. */
    private record Candidate(DeviceState device, GpuLoad load, boolean sameVendor, int free) {}

    private final Policy policy;
    private final int maxRunning;
    private final Function<Device, GpuLoad> loads;
    private List<DeviceState> devices = List.of();
    private boolean installed;
    private boolean joined;
    private int running;

    /**
     * Creates a pool without devices.
     *
     * @param maxRunning maximum number of running units, all devices together
     * @param loads returns the latest sample of a device's load; called under the dispatcher's lock, must not block
     */
    DevicePool(int maxRunning, Policy policy, Function<Device, GpuLoad> loads) {
        this.maxRunning = maxRunning;
        this.policy = policy;
        this.loads = loads;
    }

    void install(List<DeviceCapacity> devices) {
        this.devices = devices.stream().map(DeviceState::new).toList();
        installed = true;
    }

    /** From now on workers have the GPUs: with {@link Policy#AUTO} the CPU takes no units. */
    void join() {
        joined = true;
    }

    /** Returns whether a new unit can get a slot: the devices are still being probed, or one of them is healthy. */
    boolean mayServe() {
        return !installed || !isExhausted(Set.of());
    }

    /** Returns the number of units that can run at once on the devices in use. */
    int slots() {
        boolean software = usesSoftware(Set.of());
        int sum = 0;
        for (DeviceState device : devices) {
            sum += device.isSoftware() == software ? device.limit() : 0;
        }
        return Math.min(maxRunning, sum);
    }

    /** Returns the sum of the {@linkplain DeviceCapacity#speed speeds} of the devices in use. */
    double speed() {
        boolean software = usesSoftware(Set.of());
        return devices.stream()
                .filter(device -> isCandidate(device, software, Set.of()))
                .mapToDouble(device -> device.speed)
                .sum();
    }

    /** Returns whether the CPU takes units now. */
    boolean encodesOnProcessor() {
        return usesSoftware(Set.of());
    }

    int running() {
        return running;
    }

    List<DeviceState> devices() {
        return devices;
    }

    /**
     * Returns the best healthy device that has a free slot, or {@code null} if there is none. A device whose encoder is congested
     * is chosen only when no other one has a free slot.
     *
     * @param tried devices to skip: those that failed the unit before
     * @param latestVendor vendor of the device that ran the stream's latest unit, or {@code null}. Encoders of different vendors
     *     write different parameter sets, which players show as a discontinuity
     * @param due whether the unit has a due time
     */
    @Nullable
    DeviceState choose(Set<DeviceState> tried, @Nullable Vendor latestVendor, boolean due) {
        if (running >= maxRunning) {
            return null;
        }
        boolean software = usesSoftware(tried);
        Candidate best = null;
        for (DeviceState device : devices) {
            int free = device.free(due);
            if (isCandidate(device, software, tried) && free > 0) {
                Candidate candidate =
                        new Candidate(device, loads.apply(device.device), device.device.vendor() == latestVendor, free);
                if (best == null || BEST_FIRST.compare(candidate, best) < 0) {
                    best = candidate;
                }
            }
        }
        return best == null ? null : best.device();
    }

    /** Returns whether a unit that no device has failed could start now. */
    boolean hasRoom(boolean due) {
        return choose(Set.of(), null, due) != null;
    }

    /** Returns whether no device is left for the unit. */
    boolean isExhausted(Set<DeviceState> tried) {
        boolean software = usesSoftware(tried);
        for (DeviceState device : devices) {
            if (isCandidate(device, software, tried)) {
                return false;
            }
        }
        return true;
    }

    void acquire(DeviceState device, boolean due) {
        device.running++;
        device.dueRunning += due ? 1 : 0;
        running++;
    }

    void release(DeviceState device, boolean due) {
        device.running--;
        device.dueRunning -= due ? 1 : 0;
        running--;
    }

    /** Withdraws all slots of the device until it is {@linkplain #restore restored}; returns whether it was healthy. */
    boolean disable(DeviceState device, String reason) {
        boolean wasHealthy = device.isHealthy();
        device.limit = 0;
        device.reason = reason;
        return wasHealthy;
    }

    /** Limits the device to the units that it runs now; returns whether that lowers its limit. */
    boolean limitToRunning(DeviceState device, String reason) {
        if (device.limit <= device.running) {
            return false;
        }
        device.limit = device.running;
        device.reason = reason;
        return true;
    }

    /** Restores the slots of a limited device, unless it was disabled meanwhile. */
    void liftLimit(DeviceState device) {
        if (device.isHealthy()) {
            restore(device);
        }
    }

    /** Restores all slots of the device. */
    void restore(DeviceState device) {
        device.limit = device.slots;
        device.reason = "";
    }

    private boolean usesSoftware(Set<DeviceState> tried) {
        return switch (policy) {
            case ONLY -> true;
            case NEVER -> false;
            case AUTO -> {
                if (joined) {
                    yield false;
                }
                for (DeviceState device : devices) {
                    if (isCandidate(device, false, tried)) {
                        yield false;
                    }
                }
                yield true;
            }
        };
    }

    private static boolean isCandidate(DeviceState device, boolean software, Set<DeviceState> tried) {
        return device.isHealthy() && device.isSoftware() == software && !tried.contains(device);
    }
}
