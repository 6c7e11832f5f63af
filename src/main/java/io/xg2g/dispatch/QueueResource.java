package io.xg2g.dispatch;

import io.xg2g.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The queue as operators and clients see it. */
@Path("/api/v1/queue")
@RolesAllowed(Roles.OPERATOR)
public class QueueResource {
    private final Dispatcher dispatcher;

    QueueResource(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    /** The queue and the slots now. */
    @GET
    @Operation(summary = "Who waits, what runs, and how long it is likely to take")
    @Produces(MediaType.APPLICATION_JSON)
    public QueueView get() {
        QueueSnapshot now = dispatcher.snapshot();
        return new QueueView(
                new Waiting(
                        now.waiting(Priority.PREVIEW),
                        now.waiting(Priority.NORMAL),
                        now.waiting(Priority.ACTIVE),
                        now.waitingTotal()),
                now.capacity(),
                now.running(),
                now.slots(),
                now.devices(),
                now.activeStreams(),
                new Shares(
                        rounded(now.shares().get(Priority.PREVIEW.level())),
                        rounded(now.shares().get(Priority.NORMAL.level())),
                        rounded(now.shares().get(Priority.ACTIVE.level()))),
                rounded(now.speed()),
                seconds(now.oldestWait()),
                seconds(now.expectedWait()),
                now.accepting());
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /**
     * The queue at one moment.
     *
     * @param capacity how many requests may wait
     * @param shares of the slots' time lately, by level: 0 to 1
     * @param speed seconds of 1080-line video that the devices in use turn into 720p in one second, as the start-up probe
     *     measured; 0 where that is not known
     * @param oldestWaitSeconds how long the longest-waiting request has waited
     * @param expectedWaitSeconds when a request that came now would be likely to start
     * @param accepting false once the service is ending
     */
    @Schema(name = "Queue")
    public record QueueView(
            Waiting waiting,
            int capacity,
            int running,
            int slots,
            List<QueueSnapshot.DeviceLoad> devices,
            int activeStreams,
            Shares shares,
            double speed,
            double oldestWaitSeconds,
            double expectedWaitSeconds,
            boolean accepting) {}

    /** Waiting requests by the level they count at. */
    public record Waiting(int preview, int normal, int active, int total) {}

    /** Which level has had how much of the slots' time lately; 0 to 1. */
    public record Shares(double preview, double normal, double active) {}
}
