package io.xg2g.cluster;

import io.vertx.core.http.HttpServerResponse;
import io.xg2g.dispatch.Dispatcher;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Queue of all gateways of a cluster, as the API shows it. Thread-safe. */
@Singleton
class ClusterQueue {
    private static final String PART = "queue";

    private final Dispatcher dispatcher;
    private final MemberRequests members;

    ClusterQueue(Dispatcher dispatcher, MemberRequests members) {
        this.dispatcher = dispatcher;
        this.members = members;
    }

    /** Tells the other gateways what waits here. */
    void register(@Observes InnerRoutes routes) {
        members.serve(routes, PART, () -> Optional.of(own()));
    }

    /** Returns the queue of all gateways, or that of a program on its own; blocks. The response names the gateways that are missing. */
    QueueView all(HttpServerResponse response) {
        QueueView own = own();
        if (members.self().isEmpty()) {
            return own;
        }
        MemberRequests.Parts<QueueView> others = members.gateways(MemberRequests.path(PART), QueueView.class);
        MemberRequests.addMissing(others.missing(), response);
        List<QueueView> all = new ArrayList<>(others.parts().values());
        all.add(own);
        return own.together(all, others.missing());
    }

    private QueueView own() {
        return QueueView.of(dispatcher.snapshot(), members.self());
    }
}
