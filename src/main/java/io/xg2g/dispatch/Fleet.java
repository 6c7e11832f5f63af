package io.xg2g.dispatch;

import java.util.Optional;
import java.util.Set;

/**
 * The workers of the cluster, as far as this program knows them, and the number of its units that they run. Not thread-safe;
 * guarded by the dispatcher's lock.
 */
final class Fleet {
    private boolean joined;
    private RemoteCapacity capacity = RemoteCapacity.NONE;
    private double speed;
    private int running;

    /** From now on, requests wait for slots of workers too. */
    void join() {
        joined = true;
    }

    boolean isJoined() {
        return joined;
    }

    /**
     * Sets the announced capacity. While there is no worker the speed stays as it was: what the channels encode does not change
     * because of an outage.
     */
    void announce(RemoteCapacity announced) {
        capacity = announced;
        if (announced.slots() > 0) {
            speed = announced.speed() * announced.share();
        }
    }

    /** Returns the number of slots that no unit uses, as far as is known. */
    int free() {
        return Math.max(0, capacity.slots() - Math.max(capacity.running(), running));
    }

    /** Returns the number of slots that this program gets if all gateways have requests that wait. */
    int share() {
        return (int) Math.ceil(capacity.slots() * capacity.share());
    }

    /** Returns this program's share of the speed of all workers. */
    double speed() {
        return speed;
    }

    /** Returns the load of the workers; empty before this program has joined a cluster. */
    Optional<QueueSnapshot.WorkerLoad> load() {
        return joined ? Optional.of(new QueueSnapshot.WorkerLoad(capacity.slots(), running)) : Optional.empty();
    }

    /** Returns the number of this program's units that workers run. */
    int running() {
        return running;
    }

    void acquire() {
        running++;
    }

    void release() {
        running--;
    }

    /**
     * Returns whether a request waits for another worker. One that reported that it failed the request may do so again at once, and is
     * avoided while others have slots. One that was lost with it is avoided only while another one has a free slot: an offer that is
     * refused does not come again for seconds, in which that worker would be idle.
     */
    boolean avoids(Ticket ticket, String worker) {
        Set<String> others = ticket.failedBy().contains(worker) ? capacity.workers() : capacity.free();
        return ticket.lostBy().contains(worker) && !ticket.lostBy().containsAll(others);
    }
}
