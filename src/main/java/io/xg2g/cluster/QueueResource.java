package io.xg2g.cluster;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Resource that shows the state of the queue to operators. */
@Path("/api/v1/queue")
@RolesAllowed(Roles.OPERATOR)
public class QueueResource {
    private static final String PART = "queue";

    private final Dispatcher dispatcher;
    private final MemberRequests members;

    QueueResource(Dispatcher dispatcher, MemberRequests members) {
        this.dispatcher = dispatcher;
        this.members = members;
    }

    /** Tells the other gateways of a cluster what waits here. */
    void register(@Observes InnerRoutes routes) {
        members.serve(routes, PART, () -> Optional.of(own()));
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
        QueueView own = own();
        if (members.self().isEmpty()) {
            return own;
        }
        MemberRequests.Parts<QueueView> others = members.gateways(MemberRequests.path(PART), QueueView.class);
        MemberRequests.addMissing(others.missing(), context.response());
        List<QueueView> all = new ArrayList<>(others.parts().values());
        all.add(own);
        return own.together(all, others.missing());
    }

    private QueueView own() {
        return QueueView.of(dispatcher.snapshot(), members.self());
    }
}
