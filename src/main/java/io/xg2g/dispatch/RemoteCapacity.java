package io.xg2g.dispatch;

import java.util.Set;

/**
 * Capacity of the cluster's workers, as they announce it.
 *
 * @param workers names of the workers that have slots
 * @param free names of those that have a free slot
 * @param slots of all workers
 * @param running units that all workers run, of all gateways
 * @param speed sum of the {@linkplain DeviceCapacity#speed speeds} of the workers' devices; 0 if unknown
 * @param share fraction of {@code speed} with which this gateway plans, above 0, at most 1; the shares of all gateways together are 1
 */
public record RemoteCapacity(
        Set<String> workers, Set<String> free, int slots, int running, double speed, double share) {

    /** No worker. */
    public static final RemoteCapacity NONE = new RemoteCapacity(Set.of(), Set.of(), 0, 0, 0, 1);

    public RemoteCapacity {
        workers = Set.copyOf(workers);
        free = Set.copyOf(free);
    }
}
