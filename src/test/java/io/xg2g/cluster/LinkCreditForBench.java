package io.xg2g.cluster;

import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Credit of a gateway's link, as in production. */
public final class LinkCreditForBench {
    private final LinkCredit credit;

    /**
     * Creates the credit of a link.
     *
     * @param flow adds credit to the link
     * @param drain takes all credit back, and calls the action afterwards
     */
    public LinkCreditForBench(IntConsumer flow, Consumer<Runnable> drain) {
        this.credit = new LinkCredit(new LinkCredit.Link() {
            @Override
            public void flow(int more) {
                flow.accept(more);
            }

            @Override
            public void drain(Runnable drained) {
                drain.accept(drained);
            }
        });
    }

    /** Sets the number of waiting requests. */
    public void want(int waiting) {
        credit.want(waiting);
    }

    /** Records that an offer has arrived. */
    public void received() {
        credit.received();
    }
}
