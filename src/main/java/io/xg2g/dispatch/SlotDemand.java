package io.xg2g.dispatch;

import java.util.List;

/** Receiver of the number of requests that wait for a slot. */
public interface SlotDemand {

    /**
     * Called after changes, with the numbers after the latest one; numbers in between may be left out. Called without the
     * dispatcher's lock, by one thread at a time; must not block.
     *
     * @param waiting number of waiting requests by {@link Priority#level()}
     */
    void changed(List<Integer> waiting);
}
