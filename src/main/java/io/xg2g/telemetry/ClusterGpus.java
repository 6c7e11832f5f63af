package io.xg2g.telemetry;

import io.vertx.core.http.HttpServerResponse;
import io.xg2g.cluster.InnerRoutes;
import io.xg2g.cluster.MemberRequests;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** GPUs of all members of a cluster, as the API shows them. Thread-safe. */
@Singleton
class ClusterGpus {
    private static final String PART = "gpus";

    private final GpuCatalog gpus;
    private final MemberRequests members;

    ClusterGpus(GpuCatalog gpus, MemberRequests members) {
        this.gpus = gpus;
        this.members = members;
    }

    /** Tells the gateways which GPUs are here. */
    void register(@Observes InnerRoutes routes) {
        members.serve(routes, PART, () -> Optional.of(own()));
    }

    /** Returns all; blocks. The response names the members that are missing. */
    List<GpuView> all(HttpServerResponse response) {
        return members.joined(PART, GpuView[].class, own(), response);
    }

    /**
     * Returns a GPU, of this machine if it has one of this id; blocks.
     *
     * @throws io.xg2g.problem.ProblemException if it does not exist
     */
    GpuView require(String id, HttpServerResponse response) {
        Optional<GpuView> here = gpus.find(id).map(this::named);
        return here.isPresent() || members.self().isEmpty()
                ? here.orElseGet(() -> gpus.require(id))
                : all(response).stream()
                        .filter(gpu -> gpu.id().equals(id))
                        .findFirst()
                        .orElseGet(() -> gpus.require(id));
    }

    private List<GpuView> own() {
        return gpus.all().stream().map(this::named).toList();
    }

    private GpuView named(GpuView gpu) {
        return members.self().map(gpu::of).orElse(gpu);
    }
}
