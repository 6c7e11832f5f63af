package io.xg2g.dispatch;

import io.xg2g.ffmpeg.Failure;

/**
 * Decides what becomes of a request whose unit failed. Not thread-safe; guarded by the dispatcher's lock.
 *
 * <ul>
 *   <li>After a failure of one of this program's devices, the unit runs on each other device at most once.
 *   <li>A unit that its worker lost or failed runs again at most {@link #MAX_REDOS} times, and not at that worker while another
 *       one has a free slot, or any if the worker reported the failure.
 *   <li>A unit that a worker did not start has not run. It waits on.
 * </ul>
 */
final class Retries {
    /** Maximum number of times that a unit runs again because its worker was lost or failed it. */
    static final int MAX_REDOS = 2;

    /** What becomes of the request. */
    enum Verdict {
        /** It is answered with the failure. */
        FAILED,
        /** It runs again, at once or from the front of its level. */
        RUNS_AGAIN,
        /** It is rejected because of the shutdown. */
        SHUTDOWN,
        /** It is rejected, since it has not run within its maximum wait. */
        TIMEOUT
    }

    private final DevicePool pool;
    private final Fleet fleet;
    private final WaitDeadline deadline;

    Retries(DevicePool pool, Fleet fleet, WaitDeadline deadline) {
        this.pool = pool;
        this.fleet = fleet;
        this.deadline = deadline;
    }

    /** Decides, and records the device or worker that the request avoids from now on. */
    Verdict after(Ticket ticket, Place place, Failure failure, boolean closed) {
        if (!failure.kind().movesToAnotherDevice()) {
            return Verdict.FAILED;
        }
        return switch (place) {
            case Place.Local(DevicePool.DeviceState device) -> afterDevice(ticket, device, closed);
            case Place.Remote _ when closed -> Verdict.SHUTDOWN;
            case Place.Remote _
            when failure.kind() == Failure.Kind.SLOT_GONE ->
                deadline.isExpired(ticket) ? Verdict.TIMEOUT : Verdict.RUNS_AGAIN;
            case Place.Remote(RemoteSlot slot, int _) ->
                ticket.lose(slot.worker(), failure.kind() != Failure.Kind.WORKER_LOST) > MAX_REDOS
                                || deadline.isExpired(ticket)
                        ? Verdict.FAILED
                        : Verdict.RUNS_AGAIN;
        };
    }

    private Verdict afterDevice(Ticket ticket, DevicePool.DeviceState device, boolean closed) {
        // A device that only lacked capacity can take the unit once another unit on it has ended.
        if (!device.isHealthy()) {
            ticket.avoid(device);
        }
        boolean exhausted = pool.isExhausted(ticket.failedOn()) && !fleet.isJoined();
        return closed || exhausted || deadline.isExpired(ticket) ? Verdict.FAILED : Verdict.RUNS_AGAIN;
    }
}
