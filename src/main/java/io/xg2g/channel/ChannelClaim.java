package io.xg2g.channel;

import io.xg2g.cluster.Lease;
import io.xg2g.media.Ticks;
import io.xg2g.packaging.ChannelTime;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** Right of this gateway to run a channel, and where it continues. Thread-safe. */
final class ChannelClaim {
    /**
     * Media that may be added before it is recorded for the next owner at once, and not with the next renewal, in 90 kHz ticks. The
     * segments of an HLS source arrive, and are published, many seconds at a time.
     */
    private static final long MAX_UNRECORDED = 3L * Ticks.PER_SECOND;

    private final Lease lease;
    private final ChannelTime time;
    private final LongSupplier discontinuitySequence;
    private final Optional<String> from;
    private final Heir heir;
    private final AtomicReference<End> end = new AtomicReference<>(End.NONE);
    private volatile boolean stopped;

    /** End of the media that was recorded last for the next owner, in 90 kHz ticks of channel time. */
    private volatile long left;

    /** Whether the channel has ended, and who could have it at that moment. */
    private enum End {
        NONE,
        /** This gateway only: nobody else has published anything before. */
        OWNED,
        /** Another gateway, too. */
        LAPSED
    }

    /** Makes what is left for the next owner. */
    interface Heir {
        String handover(boolean stopped);
    }

    private ChannelClaim(
            Lease lease, ChannelTime time, LongSupplier discontinuitySequence, Optional<String> from, Heir heir) {
        this.lease = lease;
        this.time = time;
        this.discontinuitySequence = discontinuitySequence;
        this.from = from;
        this.heir = heir;
    }

    /** Returns that of a program on its own. */
    static ChannelClaim alone(Lease lease, ChannelTime time, LongSupplier discontinuitySequence) {
        return new ChannelClaim(lease, time, discontinuitySequence, Optional.empty(), _ -> "");
    }

    /**
     * Returns that of a gateway, which continues behind what the previous owner has published.
     *
     * @param time of the channel, as far as this gateway has run it
     * @param self name of this gateway
     */
    static ChannelClaim shared(Lease lease, ChannelTime time, String self) {
        Handover inherited = Handover.of(lease.state());
        SharedSequence sequence = new SharedSequence(inherited.sequence());
        // A claim of a lease that a run before has used continues where that is, not where it may come to.
        time.reached(lease.isKept() ? inherited.end() : inherited.media());
        return new ChannelClaim(
                lease,
                time,
                sequence,
                inherited.runningOn().filter(name -> !name.equals(self)),
                stopped -> (stopped
                                ? Handover.stopped(time.end(), sequence.next())
                                : Handover.running(time.end(), sequence.reserved(), self))
                        .toString());
    }

    Lease lease() {
        return lease;
    }

    ChannelTime time() {
        return time;
    }

    LongSupplier discontinuitySequence() {
        return discontinuitySequence;
    }

    /** Returns the gateway that had the channel before, and has not stopped it. */
    Optional<String> from() {
        return from;
    }

    /** Leaves for the next owner, from now on, up to where this one has come. Does not block. */
    void begin() {
        leave(time.end());
        time.observe(end -> {
            if (end - left > MAX_UNRECORDED && !lease.isOver()) {
                leave(end);
            }
        });
    }

    private void leave(long end) {
        left = end;
        var _ = lease.keep(() -> {
            left = time.end();
            return heir.handover(stopped);
        });
    }

    /** Has to be called when the channel ends, before it is given up. Only the first call has an effect. */
    void end() {
        end.compareAndSet(End.NONE, lease.isValid() ? End.OWNED : End.LAPSED);
    }

    /** Returns whether another gateway can have the channel, or could have it when it ended here. */
    boolean isElsewhere() {
        return lease.isLost()
                || switch (end.get()) {
                    case NONE -> !lease.isValid();
                    case OWNED -> false;
                    case LAPSED -> true;
                };
    }

    /** Gives the channel up; does not block. */
    void release() {
        stopped = true;
        var _ = lease.release();
    }
}
