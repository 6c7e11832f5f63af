package io.xg2g.cluster;

/**
 * Credit of the link of one level: as much as requests wait there. Credit can be added at any time, and only be taken back as a
 * whole, by draining the link; meanwhile none can be added.
 *
 * <pre>
 *   wanted &gt; credit: flow(wanted - credit)
 *   wanted &lt; credit: drain; when it is drained: flow(wanted)
 * </pre>
 *
 * <p>Confined to the context of the connection.
 */
final class LinkCredit {
    /** Maximum credit; the broker hands out no more slots at once. */
    static final int MAX = 1_000;

    /** The link. */
    interface Link {
        /** Adds credit. */
        void flow(int credit);

        /** Takes all credit back; {@code drained} is called when no further offer can arrive. */
        void drain(Runnable drained);
    }

    private final Link link;
    private int wanted;
    private int credit;
    private boolean draining;

    LinkCredit(Link link) {
        this.link = link;
    }

    /** Sets the number of waiting requests. */
    void want(int waiting) {
        wanted = Math.min(waiting, MAX);
        adjust();
    }

    /** Records that an offer has arrived. */
    void received() {
        credit = Math.max(0, credit - 1);
    }

    private void adjust() {
        if (draining) {
            return;
        }
        if (wanted > credit) {
            int more = wanted - credit;
            credit = wanted;
            link.flow(more);
        } else if (wanted < credit) {
            draining = true;
            link.drain(this::drained);
        }
    }

    private void drained() {
        draining = false;
        credit = 0;
        adjust();
    }
}
