package io.xg2g.dispatch;

import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whether a request is admitted, and at which level. Not thread-safe; guarded by the dispatcher's lock. */
final class Admission {
    private final int size;
    private final TimeSource time;
    private final WaitingQueue<Ticket> waiting;
    private final ActiveStreams active;
    private final DevicePool pool;
    private final Fleet fleet;
    private boolean closed;

    Admission(
            int size,
            TimeSource time,
            WaitingQueue<Ticket> waiting,
            ActiveStreams active,
            DevicePool pool,
            Fleet fleet) {
        this.size = size;
        this.time = time;
        this.waiting = waiting;
        this.active = active;
        this.pool = pool;
        this.fleet = fleet;
    }

    /** From now on, nothing is admitted. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Returns why every request would be rejected now; empty if there is no such reason. */
    Optional<Rejection> unavailable() {
        if (closed) {
            return Optional.of(Rejection.SHUTDOWN);
        }
        return mayServe() ? Optional.empty() : Optional.of(Rejection.NO_DEVICE);
    }

    /** Returns whether a request can get a slot: of a device, or of a worker. */
    boolean mayServe() {
        return fleet.isJoined() || pool.mayServe();
    }

    /**
     * Returns why a request would be rejected if it were submitted now.
     *
     * @param prepared number of requests in preparation, including this one
     */
    Optional<Rejection> refusal(String client, @Nullable String stream, Priority requested, int prepared) {
        int room = size + Math.max(0, pool.slots() - pool.running()) + fleet.free();
        boolean hasRoom = prepared <= room && waiting.wouldAccept(client, level(client, stream, requested));
        return unavailable().or(() -> hasRoom ? Optional.empty() : Optional.of(Rejection.FULL));
    }

    /** Returns the level of a request. A unit with a due time belongs to a live channel, whose units arrive in real time. */
    Priority level(TranscodeRequest request, long now) {
        return request.due() != null && request.priority() == Priority.NORMAL
                ? Priority.ACTIVE
                : active.level(
                        request.client(),
                        request.stream(),
                        request.priority(),
                        request.unit().duration(),
                        now);
    }

    /** Returns the level of a request of unknown playing time that is submitted now. */
    Priority level(String client, @Nullable String stream, Priority requested) {
        return active.level(client, stream, requested, Duration.ZERO, time.nanoTime());
    }
}
