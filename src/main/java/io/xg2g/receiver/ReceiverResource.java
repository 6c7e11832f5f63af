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

/** Resource that shows the state of the receivers to administrators. */
@Path("/api/v1/receivers")
@RolesAllowed(Roles.ADMIN)
public class ReceiverResource {
    private final Receivers receivers;

    ReceiverResource(Receivers receivers) {
        this.receivers = receivers;
    }

    /** Returns the state of every configured receiver. */
    @GET
    @RunOnVirtualThread
    @Operation(summary = "State of the receivers and their stream ports")
    @Produces(MediaType.APPLICATION_JSON)
    public List<ReceiverView> get() throws InterruptedException {
        return receivers.forEachConcurrently(ReceiverResource::view);
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
     * State of a receiver.
     *
     * @param url URL of OpenWebIF
     * @param reachable whether OpenWebIF responded to the last check
     * @param lastError error of the last request to OpenWebIF, if it failed
     * @param services number of known services
     * @param streams number of open streams
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
     * State of a stream port.
     *
     * @param role {@code stream}, or {@code relay} for descrambled streams
     * @param breaker {@code closed}, {@code half-open} or {@code open}
     * @param failures number of failed probes since the start
     * @param detections number of services found at this port
     */
    @Schema(name = "ReceiverPort")
    public record PortView(
            @Schema(examples = "8001") int port,
            @Schema(examples = "stream") String role,
            @Schema(examples = "closed") String breaker,
            long failures,
            int detections) {}
}
