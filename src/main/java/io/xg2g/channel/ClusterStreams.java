package io.xg2g.channel;

import io.vertx.core.http.HttpServerResponse;
import io.xg2g.channel.StreamResource.StreamView;
import io.xg2g.cluster.InnerRoutes;
import io.xg2g.cluster.MemberRequests;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Running channels of all gateways of a cluster, as the API shows them. Thread-safe. */
@Singleton
class ClusterStreams {
    private static final String PART = "streams";

    private final LiveStreams streams;
    private final MemberRequests members;

    ClusterStreams(LiveStreams streams, MemberRequests members) {
        this.streams = streams;
        this.members = members;
    }

    /** Tells the other gateways what runs here. */
    void register(@Observes InnerRoutes routes) {
        members.serve(routes, PART, () -> Optional.of(own()));
    }

    /** Returns all; blocks. The response names the gateways that are missing. */
    List<StreamView> all(HttpServerResponse response) {
        return members.joined(PART, StreamView[].class, own(), response);
    }

    private List<StreamView> own() {
        return streams.all().stream().map(this::view).toList();
    }

    /** Returns the view of a channel that runs here. */
    StreamView view(LiveStream stream) {
        return StreamView.of(stream, members.self().orElse(null));
    }
}
