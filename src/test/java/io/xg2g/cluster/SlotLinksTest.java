package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class SlotLinksTest {
    private final SlotLinks links = new SlotLinks();
    private final List<String> calls = new ArrayList<>();
    private final Queue<Runnable> context = new ArrayDeque<>();
    private final List<LinkCredit> credits = new ArrayList<>();
    private final List<Runnable> handled = new ArrayList<>();

    private LinkCredit open(int level, Runnable whenHandled) {
        handled.add(whenHandled);
        LinkCredit credit = new LinkCredit(new LinkCredit.Link() {
            @Override
            public void flow(int more) {
                calls.add(level + " flow " + more);
            }

            @Override
            public void drain(Runnable drained) {
                calls.add(level + " drain");
                drained.run();
            }
        });
        credits.add(credit);
        return credit;
    }

    private void connect() {
        links.connected(context::add, this::open);
    }

    private void runAll() {
        for (Runnable next = context.poll(); next != null; next = context.poll()) {
            next.run();
        }
    }

    @Test
    void eachLevelHasAsMuchCreditAsRequestsWait() {
        links.changed(List.of(3, 0, 1));
        connect();
        links.changed(List.of(3, 2, 1));
        runAll();

        assertThat(calls).containsExactly("0 flow 3", "2 flow 1", "1 flow 2");
    }

    @Test
    void numbersThatChangeOftenAreAppliedOnce() {
        connect();
        links.changed(List.of(1, 0, 0));
        links.changed(List.of(2, 0, 0));
        links.changed(List.of(3, 0, 0));

        assertThat(context).hasSize(1);
        runAll();
        assertThat(calls).containsExactly("0 flow 3");
    }

    @Test
    void anOfferThatIsUsedNeedsNothing() {
        links.changed(List.of(0, 2, 0));
        connect();
        credits.get(1).received();
        links.changed(List.of(0, 1, 0));
        handled.get(1).run();
        runAll();

        assertThat(calls).containsExactly("1 flow 2");
    }

    @Test
    void anOfferThatIsGivenBackIsAskedForAgain() {
        links.changed(List.of(0, 1, 0));
        connect();
        credits.get(1).received();
        handled.get(1).run();

        assertThat(calls).containsExactly("1 flow 1", "1 flow 1");
    }

    @Test
    void aRequestThatStartsWithTheOfferOfAnotherLevelHasItsCreditTakenBack() {
        links.changed(List.of(1, 1, 0));
        connect();
        credits.get(0).received();
        links.changed(List.of(1, 0, 0));
        handled.get(0).run();
        runAll();

        assertThat(calls).containsExactly("0 flow 1", "1 flow 1", "0 flow 1", "1 drain");
    }

    @Test
    void aNewConnectionGetsTheCreditOfAll() {
        links.changed(List.of(0, 1, 0));
        connect();
        connect();

        assertThat(calls).containsExactly("1 flow 1", "1 flow 1");
    }
}
