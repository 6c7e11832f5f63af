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

/** Resource that shows the state of the queue to operators. */
@Path("/api/v1/queue")
@RolesAllowed(Roles.OPERATOR)
public class QueueResource {
    private final Dispatcher dispatcher;

    QueueResource(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    /** Returns the current state of the queue and the slots. */
    @GET
    @Operation(summary = "State of the queue and the slots, with the expected wait")
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
     * State of the queue.
     *
     * @param capacity maximum number of waiting requests
     * @param shares recent share of slot time by level, 0 to 1
     * @param speed seconds of 1080-line video that the devices in use transcode to 720p in one second, measured by the start-up
     *     probe; 0 if unknown
     * @param oldestWaitSeconds wait so far of the request that has waited longest
     * @param expectedWaitSeconds expected wait of a new request
     * @param accepting false during shutdown
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

    /** Number of waiting requests by current level. */
    public record Waiting(int preview, int normal, int active, int total) {}

    /** Recent share of slot time by level, 0 to 1. */
    public record Shares(double preview, double normal, double active) {}
}
