package io.xg2g.cluster;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What a worker announces each second.
 *
 * @param worker its name
 * @param host at which its port for the other members is
 * @param port for the other members
 * @param slots number of units that it can run at once; 0 while it shuts down
 * @param running number of units that it runs
 * @param speed of all its devices, as {@link SlotOffer#speed}
 */
@RegisterForReflection // Read and written as JSON.
record WorkerStatus(String worker, String host, int port, int slots, int running, double speed) {}
