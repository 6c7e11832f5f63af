package io.xg2g.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Right of this gateway to work on a resource, alone in the cluster. It is renewed each second.
 *
 * <pre>
 *             renewed                  somebody else has it
 *  valid ────────────────▶ valid ─┬──────────────────────────────▶ lost
 *    ▲     no answer for 2.8 s    │  renewed, and nobody had it
 *    └──────────── lapsed ◀───────┘
 * </pre>
 *
 * While it has lapsed, since Redis does not answer, somebody else may have it: what it is for must not be shown to anybody, but need not
 * be thrown away, as it may be valid again. Thread-safe.
 */
public final class Lease {
    private final Leases leases;
    private final String resource;
    private final long fence;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean lost;
    private volatile long validUntil;
    private volatile Supplier<String> state;
    private volatile boolean kept;

    Lease(Leases leases, String resource, long fence, String inherited, long validUntil) {
        this.leases = leases;
        this.resource = resource;
        this.fence = fence;
        this.validUntil = validUntil;
        this.state = () -> inherited;
    }

    /** Returns the name of the resource. */
    public String resource() {
        return resource;
    }

    /** Returns the number of this lease: larger than those of all leases before; 0 in a program on its own. */
    public long fence() {
        return fence;
    }

    /** Returns whether nobody else can have the resource at this moment. Does not block. */
    public boolean isValid() {
        return !over.get() && leases.isBefore(validUntil);
    }

    /**
     * Sets what is written beside the lease with each renewal, for the next owner, and writes it now.
     *
     * @param text short; must not block
     * @return completes within 2 s, never exceptionally: whether it was written
     */
    public CompletableFuture<Boolean> keep(Supplier<String> text) {
        state = text;
        kept = true;
        return leases.renew(this);
    }

    /** Returns whether somebody else has or had the resource since: it is not valid again. */
    public boolean isLost() {
        return lost;
    }

    /**
     * Gives the resource up, so that another gateway can have it at once. Has no effect on a lease that is lost or released.
     *
     * @return completes when others can have it, within 2 s, never exceptionally
     */
    public CompletableFuture<Boolean> release() {
        return over.compareAndSet(false, true) ? leases.release(this) : CompletableFuture.completedFuture(false);
    }

    /** Returns what is left for the next owner: at first what the previous one has left, empty if there was none. */
    public String state() {
        return state.get();
    }

    /** Returns whether {@link #state} is what was set by {@link #keep}, and not what the previous owner has left. */
    public boolean isKept() {
        return kept;
    }

    /** Was renewed by what was sent before a time. */
    void renewedUntil(long time) {
        if (time - validUntil > 0) {
            validUntil = time;
        }
    }

    /** Returns whether it is lost or released: it is not valid again. */
    public boolean isOver() {
        return over.get();
    }

    /** Ends it, since somebody else has or had the resource; returns whether it has not ended before. */
    boolean lose() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        lost = true;
        return true;
    }

    @Override
    public String toString() {
        return resource + " (fence " + fence + ")";
    }
}
