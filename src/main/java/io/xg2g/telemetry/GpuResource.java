package io.xg2g.telemetry;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Resource of the GPUs: their encoders and latest metrics. */
@Path("/api/v1/gpus")
@RolesAllowed(Roles.OPERATOR)
public class GpuResource {
    private final ClusterGpus gpus;

    GpuResource(ClusterGpus gpus) {
        this.gpus = gpus;
    }

    /** Returns all GPUs. */
    @GET
    @Operation(
            summary = "The devices, their encoders and latest metrics",
            description = "Those of this machine come first, software last of them; then those known from replays. In a cluster"
                    + " those of all gateways: member is the gateway, and the header X-Missing-Members names gateways that"
                    + " do not answer.")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public List<GpuView> list(@Context RoutingContext context) {
        return gpus.all(context.response());
    }

    /** Returns a GPU. */
    @GET
    @Path("/{uuid}")
    @Operation(summary = "A device, its encoders and latest metrics")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public GpuView get(@PathParam("uuid") String uuid, @Context RoutingContext context) {
        return gpus.require(uuid, context.response());
    }
}
