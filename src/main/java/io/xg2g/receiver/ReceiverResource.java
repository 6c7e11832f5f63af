package io.xg2g.receiver;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xg2g.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The receivers as operators see them. */
@Path("/api/v1/receivers")
@RolesAllowed(Roles.ADMIN)
public class ReceiverResource {
    private final Receivers receivers;

    ReceiverResource(Receivers receivers) {
        this.receivers = receivers;
    }

    /** Every configured receiver. */
    @GET
    @RunOnVirtualThread
    @Operation(summary = "The receivers, whether they answer, and the state of their stream ports")
    @Produces(MediaType.APPLICATION_JSON)
    public List<ReceiverView> get() throws InterruptedException {
        return receivers.ofEach(ReceiverResource::view);
    }

    private static ReceiverView view(Receiver receiver) throws InterruptedException {
        boolean reachable = receiver.reachable();
        return new ReceiverView(
                receiver.settings().name(),
                receiver.settings().url().toString(),
                reachable,
                receiver.lastError(),
                receiver.services().last().size(),
                receiver.streams(),
                receiver.ports().stream()
                        .map(port -> new PortView(
                                port.number(),
                                port.role().name().toLowerCase(Locale.ROOT),
                                port.breaker().state(),
                                port.failures().get(),
                                receiver.foundAt(port)))
                        .toList());
    }

    /**
     * One receiver.
     *
     * @param url OpenWebIF's address
     * @param reachable whether OpenWebIF answered when it was asked last
     * @param lastError why the last request to OpenWebIF failed, if it did
     * @param services how many services are known
     * @param streams how many of its streams run
     */
    @Schema(name = "Receiver")
    public record ReceiverView(
            @Schema(examples = "livingroom") String name,
            @Schema(examples = "http://192.168.1.20") String url,
            boolean reachable,
            Optional<String> lastError,
            int services,
            int streams,
            List<PortView> ports) {}

    /**
     * One of its ports for streams.
     *
     * @param role {@code stream}, or {@code relay} for descrambled streams
     * @param breaker {@code closed}, {@code half-open} or {@code open}
     * @param failures how often a stream was not found there since the start
     * @param detections services that are known to be there
     */
    @Schema(name = "ReceiverPort")
    public record PortView(
            @Schema(examples = "8001") int port,
            @Schema(examples = "stream") String role,
            @Schema(examples = "closed") String breaker,
            long failures,
            int detections) {}
}
