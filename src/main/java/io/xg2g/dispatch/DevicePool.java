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
 * The devices' slots and health, and where the next unit goes. Not thread-safe: the dispatcher's lock guards it.
 *
 * <p>Software takes units only where the policy lets it: with {@code auto}, when no healthy GPU is left for the unit.
 */
final class DevicePool {

    /** One device with its slots. */
    static final class DeviceState {
        final Device device;
        final int slots;
        private final int dueSlots;
        private final double speed;
        private int limit;
        private int running;
        /** Of those that run, the units that are due at a time. */
        private int dueRunning;

        /** Why it has fewer slots than it could have; empty when it has them all. */
        private String trouble = "";

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
                    device.id(), device.name(), slots + dueSlots, running, isHealthy(), trouble);
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

    /** Where to go first: where the encoder has room; where the stream was; by free slots; by what is measured. */
    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparing(
                    (Candidate candidate) -> candidate.load().crowded())
            .thenComparing(candidate -> !candidate.familiar())
            .thenComparing(candidate -> -candidate.free())
            .thenComparing(candidate -> candidate.load().encoderPercent())
            .thenComparing(candidate -> -candidate.load().freeVramBytes());

    /** A device with a free slot, its load at this moment, and whether it is of the kind that the stream was on. */
    private record Candidate(DeviceState device, GpuLoad load, boolean familiar, int free) {}

    private final Policy policy;
    private final int most;
    private final Function<Device, GpuLoad> loads;
    private List<DeviceState> devices = List.of();
    private boolean installed;
    private int running;

    /**
     * Makes a pool that has no devices yet.
     *
     * @param most how many units may run at once on all devices together
     * @param loads the present load of a device; is asked under the dispatcher's lock
     */
    DevicePool(int most, Policy policy, Function<Device, GpuLoad> loads) {
        this.most = most;
        this.policy = policy;
        this.loads = loads;
    }

    void install(List<DeviceCapacity> devices) {
        this.devices = devices.stream().map(DeviceState::new).toList();
        installed = true;
    }

    /** Whether a unit that arrives now may hope for a slot: the devices are not known yet, or one of them is well. */
    boolean mayServe() {
        return !installed || !isExhausted(Set.of());
    }

    /** How many units can run at once at present. */
    int slots() {
        boolean software = usesSoftware(Set.of());
        int sum = 0;
        for (DeviceState device : devices) {
            sum += device.isSoftware() == software ? device.limit() : 0;
        }
        return Math.min(most, sum);
    }

    /** How fast the devices in use are together ({@link DeviceCapacity#speed}). */
    double speed() {
        boolean software = usesSoftware(Set.of());
        return devices.stream()
                .filter(device -> isCandidate(device, software, Set.of()))
                .mapToDouble(device -> device.speed)
                .sum();
    }

    int running() {
        return running;
    }

    List<DeviceState> devices() {
        return devices;
    }

    /**
     * The best healthy device that was not tried and has a free slot, or nothing while all are busy. One whose encoder is
     * crowded is taken only when no other has room.
     *
     * @param familiar the maker of the device that the stream's unit before this one ran on, or {@code null}: another
     *     maker's encoder writes other parameter sets, which is a break for those who watch
     * @param due whether the unit is due at a time
     */
    @Nullable
    DeviceState choose(Set<DeviceState> tried, @Nullable Vendor familiar, boolean due) {
        if (running >= most) {
            return null;
        }
        boolean software = usesSoftware(tried);
        Candidate best = null;
        for (DeviceState device : devices) {
            int free = device.free(due);
            if (isCandidate(device, software, tried) && free > 0) {
                Candidate candidate =
                        new Candidate(device, loads.apply(device.device), device.device.vendor() == familiar, free);
                if (best == null || BEST_FIRST.compare(candidate, best) < 0) {
                    best = candidate;
                }
            }
        }
        return best == null ? null : best.device();
    }

    /** Whether a unit could start now that has not been tried anywhere. */
    boolean hasRoom(boolean due) {
        return choose(Set.of(), null, due) != null;
    }

    /** Whether every device that could take the unit was tried. */
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

    /** Gives the device no further unit until it is {@linkplain #restore restored}. Says whether that is news. */
    boolean setAside(DeviceState device, String trouble) {
        boolean news = device.isHealthy();
        device.limit = 0;
        device.trouble = trouble;
        return news;
    }

    /** Gives the device no more units than it runs now. Says whether that is news. */
    boolean narrow(DeviceState device, String trouble) {
        if (device.limit <= device.running) {
            return false;
        }
        device.limit = device.running;
        device.trouble = trouble;
        return true;
    }

    /** All slots again for a device that was narrowed, unless it was set aside since. */
    void widen(DeviceState device) {
        if (device.isHealthy()) {
            restore(device);
        }
    }

    /** All its slots again. */
    void restore(DeviceState device) {
        device.limit = device.slots;
        device.trouble = "";
    }

    private boolean usesSoftware(Set<DeviceState> tried) {
        return switch (policy) {
            case ONLY -> true;
            case NEVER -> false;
            case AUTO -> {
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
