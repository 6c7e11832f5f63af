package io.xg2g.events;

import java.util.Optional;

/** Events of all gateways of a cluster. Implemented by the package of clusters. */
public interface ClusterEvents {

    /** Returns their history; empty for a program on its own, which serves its own events. */
    Optional<EventHistory> history();
}
