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

/** Resource of the GPUs: their encoders and latest metrics. */
@Path("/api/v1/gpus")
@RolesAllowed(Roles.OPERATOR)
public class GpuResource {
    private final GpuCatalog gpus;

    GpuResource(GpuCatalog gpus) {
        this.gpus = gpus;
    }

    /** Returns all GPUs. */
    @GET
    @Operation(
            summary = "The devices, their encoders and latest metrics",
            description = "Those of this machine come first, software last of them; then those known from replays.")
    @Produces(MediaType.APPLICATION_JSON)
    public List<GpuView> list() {
        return gpus.all();
    }

    /** Returns a GPU. */
    @GET
    @Path("/{uuid}")
    @Operation(summary = "A device, its encoders and latest metrics")
    @Produces(MediaType.APPLICATION_JSON)
    public GpuView get(@PathParam("uuid") String uuid) {
        return gpus.require(uuid);
    }
}
