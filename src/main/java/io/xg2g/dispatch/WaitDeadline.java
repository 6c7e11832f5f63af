package io.xg2g.dispatch;

import io.xg2g.schedule.TimeSource;
import io.xg2g.dispatch.Ticket.Phase;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What time does to a request that waits: after half of its allowance it is raised, at the end it is turned away. The
 * allowance runs from the submission on. Guarded by the dispatcher's lock.
 */
final class WaitDeadline {
    private final TimeSource time;
    private final long nanos;
    private final Consumer<Ticket> raise;
    private final Consumer<Ticket> expire;

    /**
     * Makes the allowance of all requests of one dispatcher.
     *
     * @param raise called by the timer, without the lock; the ticket may have been taken out meanwhile
     * @param expire likewise
     */
    WaitDeadline(TimeSource time, Duration allowance, Consumer<Ticket> raise, Consumer<Ticket> expire) {
        this.time = time;
        this.nanos = allowance.toNanos();
        this.raise = raise;
        this.expire = expire;
    }

    /** How long a request may wait that is submitted now: what all may, but not beyond its latest start. */
    long of(TranscodeRequest request, long now) {
        TranscodeRequest.DueTime due = request.due();
        return due == null ? nanos : Math.min(nanos, due.latestStart() - now);
    }

    /** Sets the timer for what time will do to the waiting ticket next. */
    void arm(Ticket ticket) {
        disarm(ticket);
        long left = left(ticket);
        long untilRaise = left - ticket.allowance / 2;
        boolean raises = untilRaise > 0 && ticket.level() != Priority.ACTIVE;
        Runnable disarm = raises
                ? time.schedule(Duration.ofNanos(untilRaise), () -> raise.accept(ticket))
                : time.schedule(Duration.ofNanos(Math.max(0, left)), () -> expire.accept(ticket));
        ticket.phase = new Phase.Waiting(disarm);
    }

    void disarm(Ticket ticket) {
        if (ticket.phase instanceof Phase.Waiting(Runnable disarm)) {
            disarm.run();
        }
    }

    boolean isSpent(Ticket ticket) {
        return left(ticket) <= 0;
    }

    private long left(Ticket ticket) {
        return ticket.allowance - (time.nanoTime() - ticket.submittedNanos);
    }
}
