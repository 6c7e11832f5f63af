package io.xg2g.telemetry;

import io.xg2g.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The GPUs: what the probe found out about them, and what they measured last. */
@Path("/api/v1/gpus")
@RolesAllowed(Roles.OPERATOR)
public class GpuResource {
    private final GpuCatalog gpus;

    GpuResource(GpuCatalog gpus) {
        this.gpus = gpus;
    }

    /** Every GPU. */
    @GET
    @Operation(
            summary = "The devices, their encoders, and what they measured last",
            description = "Those of this machine come first, software last of them; then those known from replays.")
    @Produces(MediaType.APPLICATION_JSON)
    public List<GpuView> list() {
        return gpus.all();
    }

    /** One GPU. */
    @GET
    @Path("/{uuid}")
    @Operation(summary = "One device, its encoders, and what it measured last")
    @Produces(MediaType.APPLICATION_JSON)
    public GpuView get(@PathParam("uuid") String uuid) {
        return gpus.require(uuid);
    }
}
