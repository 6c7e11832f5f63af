package io.xg2g.cluster;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Resource that shows the state of the queue to operators. */
@Path("/api/v1/queue")
@RolesAllowed(Roles.OPERATOR)
public class QueueResource {
    private final ClusterQueue queue;

    QueueResource(ClusterQueue queue) {
        this.queue = queue;
    }

    /** Returns the current state of the queue and the slots. */
    @GET
    @Operation(
            summary = "State of the queue and the slots, with the expected wait",
            description = "In a cluster that of all gateways together: members has the state of each one, workers the slots of the"
                    + " workers, and missingMembers, as the header X-Missing-Members, names gateways that do not answer."
                    + " shares and expectedWaitSeconds are those of the gateway that answers.")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public QueueView get(@Context RoutingContext context) {
        return queue.all(context.response());
    }
}
