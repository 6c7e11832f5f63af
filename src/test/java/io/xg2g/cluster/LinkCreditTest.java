package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkCreditTest {

    /** Link whose broker answers a drain when the test wants. */
    private static final class FakeLink implements LinkCredit.Link {
        private final List<String> calls = new ArrayList<>();
        private Runnable drained = () -> {};
        private int credit;
        private boolean draining;

        @Override
        public void flow(int more) {
            assertThat(draining).as("credit is added while the link is drained").isFalse();
            assertThat(more).isPositive();
            calls.add("flow " + more);
            credit += more;
        }

        @Override
        public void drain(Runnable whenDrained) {
            assertThat(draining).isFalse();
            calls.add("drain");
            draining = true;
            drained = whenDrained;
        }

        void answer() {
            draining = false;
            credit = 0;
            drained.run();
        }
    }

    private final FakeLink link = new FakeLink();
    private final LinkCredit credit = new LinkCredit(link);

    @Test
    void creditIsAddedAsRequestsCome() {
        credit.want(0);
        credit.want(2);
        credit.want(5);
        credit.want(5);

        assertThat(link.calls).containsExactly("flow 2", "flow 3");
    }

    @Test
    void anOfferThatStartsARequestNeedsNothing() {
        credit.want(2);
        credit.received();
        credit.want(1);
        credit.received();
        credit.want(0);

        assertThat(link.calls).containsExactly("flow 2");
    }

    @Test
    void creditThatIsNotUsedIsDrained() {
        credit.want(3);
        credit.want(1);
        assertThat(link.calls).containsExactly("flow 3", "drain");
        link.answer();

        assertThat(link.calls).containsExactly("flow 3", "drain", "flow 1");
    }

    @Test
    void numbersThatChangeDuringADrainCountAtItsEnd() {
        credit.want(3);
        credit.want(0);
        credit.want(7);
        credit.want(4);
        credit.received();
        link.answer();

        assertThat(link.calls).containsExactly("flow 3", "drain", "flow 4");
    }

    @Test
    void anOfferThatWasReleasedIsAskedForAgain() {
        credit.want(1);
        credit.received();
        credit.want(1);

        assertThat(link.calls).containsExactly("flow 1", "flow 1");
    }

    @Test
    void creditIsBounded() {
        credit.want(100_000);

        assertThat(link.calls).containsExactly("flow " + LinkCredit.MAX);
    }

    /** Whatever happens, the broker's credit is in the end the number of waiting requests. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void creditFollowsTheNumberOfRequests(int seed) {
        Random random = new Random(seed);
        int waiting = 0;
        for (int step = 0; step < 10_000; step++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    waiting = random.nextInt(6);
                    credit.want(waiting);
                }
                case 2 -> {
                    if (link.credit > 0) {
                        link.credit--;
                        credit.received();
                    }
                }
                default -> {
                    if (link.draining) {
                        link.answer();
                    }
                }
            }
        }
        credit.want(waiting);
        while (link.draining) {
            link.answer();
        }

        assertThat(link.credit).isEqualTo(waiting);
    }
}
