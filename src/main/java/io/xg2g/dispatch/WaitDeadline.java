package io.xg2g.dispatch;

import io.xg2g.dispatch.Ticket.Phase;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Timers of waiting requests: after half of its maximum wait, counted from the submission, a request is raised by one level
 * (aging, against starvation); after all of it, it is rejected. A {@linkplain TranscodeRequest#durable durable} request has
 * no timer. Not thread-safe; guarded by the dispatcher's lock.
 */
final class WaitDeadline {
    /** Maximum wait of a durable request: 146 years. */
    private static final long UNBOUNDED = Long.MAX_VALUE / 2;

    private final TimeSource time;
    private final long maxWaitNanos;
    private final Consumer<Ticket> raise;
    private final Consumer<Ticket> expire;

    /**
     * Creates the timers of one dispatcher.
     *
     * @param raise called after half of the wait, without the lock; the request may no longer wait
     * @param expire called after all of it, likewise
     */
    WaitDeadline(TimeSource time, Duration maxWait, Consumer<Ticket> raise, Consumer<Ticket> expire) {
        this.time = time;
        this.maxWaitNanos = maxWait.toNanos();
        this.raise = raise;
        this.expire = expire;
    }

    /** Returns the maximum wait of a request submitted now, in nanoseconds; it ends at the latest start of the request. */
    long waitNanos(TranscodeRequest request, long now) {
        if (request.durable()) {
            return UNBOUNDED;
        }
        TranscodeRequest.DueTime due = request.due();
        return due == null ? maxWaitNanos : Math.min(maxWaitNanos, due.latestStart() - now);
    }

    /** Sets the timer of a waiting request for its next event. */
    void arm(Ticket ticket) {
        disarm(ticket);
        if (ticket.request.durable()) {
            ticket.phase = Phase.Waiting.UNARMED;
            return;
        }
        long remaining = remaining(ticket);
        long untilRaise = remaining - ticket.maxWaitNanos / 2;
        boolean raises = untilRaise > 0 && ticket.level() != Priority.ACTIVE;
        Runnable disarm = raises
                ? time.schedule(Duration.ofNanos(untilRaise), () -> raise.accept(ticket))
                : time.schedule(Duration.ofNanos(Math.max(0, remaining)), () -> expire.accept(ticket));
        ticket.phase = new Phase.Waiting(disarm);
    }

    void disarm(Ticket ticket) {
        if (ticket.phase instanceof Phase.Waiting(Runnable disarm)) {
            disarm.run();
        }
    }

    boolean isExpired(Ticket ticket) {
        return remaining(ticket) <= 0;
    }

    private long remaining(Ticket ticket) {
        return ticket.maxWaitNanos - (time.nanoTime() - ticket.submittedNanos);
    }
}
