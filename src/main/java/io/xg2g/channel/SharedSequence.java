package io.xg2g.channel;

import java.util.function.LongSupplier;

/**
 * Discontinuity sequence numbers of a channel that gateways hand over ({@link Handover}). They are reserved in blocks, as those of
 * {@link DiscontinuitySequences}: what is written with each renewal of the lease is ahead of what is used until the next one.
 * Thread-safe.
 */
final class SharedSequence implements LongSupplier {
    private long next;
    private long reserved;

    /** @param first the first number */
    SharedSequence(long first) {
        next = first;
        reserved = first + DiscontinuitySequences.BLOCK;
    }

    /** Takes the next number; does not block. */
    @Override
    public synchronized long getAsLong() {
        long number = next++;
        if (reserved - next < DiscontinuitySequences.LOW_WATERMARK) {
            reserved = next + DiscontinuitySequences.BLOCK;
        }
        return number;
    }

    /** Returns the first number that is not reserved. */
    synchronized long reserved() {
        return reserved;
    }

    /** Returns the next number. */
    synchronized long next() {
        return next;
    }
}
