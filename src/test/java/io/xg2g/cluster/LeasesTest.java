package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.cluster.LeaseStore.Answer;
import io.xg2g.cluster.LeaseStore.Holder;
import io.xg2g.cluster.LeaseStore.Renewed;
import io.xg2g.connection.ConnectionException;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private static final String NEWS = "channel:news";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakeLeaseStore store = new FakeLeaseStore();
    private final TestMembers members = new TestMembers("a", time);
    private final Leases leases = new Leases(true, store, members.members, time, registry);

    @BeforeEach
    void otherGateways() {
        members.learn("a", "b");
        leases.start();
    }

    @Test
    void aLeaseIsValidFromTheMomentAtWhichItsRequestWasSent() {
        CompletableFuture<Ownership> asked = leases.acquire(NEWS);
        time.advance(Duration.ofMillis(900));
        store.acquisitions.getFirst().complete(new Answer.Granted(7, ""));
        Lease lease = held(asked);

        time.advance(Duration.ofMillis(1899));
        assertThat(lease.isValid()).isTrue();
        assertThat(lease.fence()).isEqualTo(7);
        time.advance(Duration.ofMillis(2));
        assertThat(lease.isValid()).as("2.8 s after it was sent").isFalse();
    }

    @Test
    void aLeaseWhoseAnswerComesTooLateIsNotRenewed() {
        CompletableFuture<Ownership> asked = leases.acquire(NEWS);
        time.advance(Duration.ofMillis(2900));
        store.acquisitions.getFirst().complete(new Answer.Granted(7, ""));

        assertThat(asked.join()).isInstanceOf(Ownership.Unavailable.class);
        store.renewals.clear();
        time.advance(SECOND);
        assertThat(store.renewals).as("nobody has it here").isEmpty();
        assertThat(acquired(8).isValid()).isTrue();
    }

    @Test
    void renewalsDoNotWaitForEachOther() {
        Lease lease = acquired(7);
        time.advance(SECOND.multipliedBy(2));
        assertThat(store.renewals).hasSize(2);

        store.renewals.getFirst().answer(Renewed.HELD);
        time.advance(Duration.ofMillis(1790));
        assertThat(lease.isValid())
                .as("renewed after 1 s, which counts until 3.8 s")
                .isTrue();
        time.advance(Duration.ofMillis(20));
        assertThat(lease.isValid()).isFalse();
        store.renewals.get(2).answer(Renewed.HELD);
        assertThat(lease.isValid()).as("renewed after 3 s").isTrue();
        store.renewals.get(1).answer(Renewed.HELD);
        assertThat(lease.isValid()).as("an older answer takes nothing away").isTrue();
    }

    @Test
    void aLapsedLeaseSaysSoWithItsRenewalAndIsValidAgainIfNobodyHadIt() {
        Lease lease = acquired(7);
        time.advance(SECOND);
        assertThat(store.renewals.getLast().leases().getFirst().valid()).isTrue();
        time.advance(SECOND.multipliedBy(3));

        assertThat(store.renewals.getLast().leases().getFirst().valid()).isFalse();
        assertThat(leases.acquire(NEWS).join()).isInstanceOf(Ownership.Unavailable.class);
        store.renewals.getLast().answer(Renewed.UNKNOWN);
        assertThat(lease.isValid() || lease.isLost()).isFalse();
        time.advance(SECOND);
        store.renewals.getLast().answer(Renewed.HELD);
        assertThat(lease.isValid()).isTrue();
        assertThat(lease.fence()).isEqualTo(7);
    }

    @Test
    void aLeaseThatSomebodyElseHasIsLostAndIsNotRenewedAgain() {
        Lease lease = acquired(7);
        time.advance(SECOND);
        store.answerAll(Renewed.LOST);

        assertThat(lease.isLost()).isTrue();
        assertThat(lease.isValid()).isFalse();
        assertThat(registry.counter("xg2g.cluster.leases.lost").count()).isEqualTo(1);
        time.advance(SECOND);
        assertThat(store.renewals).isEmpty();
        CompletableFuture<Ownership> again = leases.acquire(NEWS);
        store.acquisitions.getLast().complete(new Answer.Owned(new Holder("b", TestMembers.run("b"), 8)));
        assertThat(again.join())
                .isEqualTo(new Ownership.OwnedBy(members.members.find("b").orElseThrow(), 8));
    }

    @Test
    void twoRequestsAtTheSameTimeAskOnce() {
        CompletableFuture<Ownership> one = leases.acquire(NEWS);
        CompletableFuture<Ownership> other = leases.acquire(NEWS);
        assertThat(store.acquisitions).hasSize(1);

        store.acquisitions.getFirst().complete(new Answer.Granted(7, ""));
        assertThat(held(one)).isSameAs(held(other));
        assertThat(held(leases.acquire(NEWS))).isSameAs(held(one));
    }

    @Test
    void whyNobodyCanHaveAResourceIsSaid() {
        CompletableFuture<Ownership> away = leases.acquire("channel:one");
        store.acquisitions
                .getLast()
                .completeExceptionally(
                        new ConnectionException(ConnectionException.Kind.TIMEOUT, "Redis did not answer"));
        CompletableFuture<Ownership> dead = leases.acquire("channel:two");
        store.acquisitions.getLast().complete(new Answer.Owned(new Holder("c", "gone", 3)));
        CompletableFuture<Ownership> restarted = leases.acquire("channel:three");
        store.acquisitions.getLast().complete(new Answer.Owned(new Holder("b", "before", 3)));
        CompletableFuture<Ownership> own = leases.acquire("channel:four");
        store.acquisitions.getLast().complete(new Answer.Owned(new Holder("a", "before", 3)));
        CompletableFuture<Ownership> settling = leases.acquire("channel:five");
        store.acquisitions.getLast().complete(new Answer.Settling());

        assertThat(away.join()).isEqualTo(new Ownership.Unavailable("Redis did not answer"));
        assertThat(dead.join()).isEqualTo(new Ownership.Unavailable("gateway c is away; its lease ends within 3 s"));
        assertThat(restarted.join())
                .isEqualTo(new Ownership.Unavailable("gateway b is away; its lease ends within 3 s"));
        assertThat(own.join()).isEqualTo(new Ownership.Unavailable("an earlier lease of this gateway ends within 3 s"));
        assertThat(settling.join()).isInstanceOf(Ownership.Unavailable.class);
    }

    @Test
    void aReleasedLeaseIsNotRenewedAndCanBeAcquiredAgain() {
        Lease lease = acquired(7);
        var _ = lease.keep(() -> "12 3 a");
        CompletableFuture<Boolean> released = lease.release();

        assertThat(store.released.getFirst().state()).isEqualTo("12 3 a");
        assertThat(released.join()).isTrue();
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.isLost()).isFalse();
        store.renewals.clear();
        time.advance(SECOND);
        assertThat(store.renewals).isEmpty();
        assertThat(acquired(8)).isNotSameAs(lease);
    }

    @Test
    void theStateOfThePreviousOwnerIsKeptUntilThereIsAnotherOne() {
        CompletableFuture<Ownership> asked = leases.acquire(NEWS);
        store.acquisitions.getLast().complete(new Answer.Granted(7, "5 6 b"));
        Lease lease = held(asked);
        time.advance(SECOND);
        assertThat(store.renewals.getLast().leases().getFirst().state()).isEqualTo("5 6 b");

        CompletableFuture<Boolean> written = lease.keep(() -> "7 8 a");
        assertThat(store.renewals.getLast().leases().getFirst().state()).isEqualTo("7 8 a");
        store.answerAll(Renewed.HELD);
        assertThat(written.join()).isTrue();
    }

    @Test
    void anOwnerIsAskedForOnceASecondUnlessItDidNotAnswer() {
        store.owner = Optional.of(new Holder("b", TestMembers.run("b"), 4));
        assertThat(leases.owner(NEWS).join()).isInstanceOf(Ownership.OwnedBy.class);
        assertThat(leases.owner(NEWS).join()).isInstanceOf(Ownership.OwnedBy.class);
        assertThat(store.questions).isEqualTo(1);

        leases.invalidate(NEWS);
        store.owner = Optional.empty();
        assertThat(leases.owner(NEWS).join()).isEqualTo(new Ownership.Free());
        assertThat(store.questions).isEqualTo(2);
        time.advance(SECOND);
        assertThat(leases.known(NEWS)).isEmpty();
    }

    @Test
    void whileRedisIsAwayTheLatestOwnerIsAsked() {
        store.owner = Optional.of(new Holder("b", TestMembers.run("b"), 4));
        Ownership owned = leases.owner(NEWS).join();
        store.away = true;
        time.advance(SECOND.multipliedBy(5));

        assertThat(leases.known(NEWS)).as("it is asked for again").isEmpty();
        assertThat(leases.owner(NEWS).join()).isEqualTo(owned);
        leases.invalidate(NEWS);
        assertThat(leases.owner(NEWS).join()).isEqualTo(new Ownership.Unavailable("not connected"));
    }

    @Test
    void namesThatAreInventedTakeNoMoreMemoryThanOthers() {
        int asked = Leases.MAX_OWNERS + 5_000;
        for (int i = 0; i < asked; i++) {
            assertThat(leases.owner("channel:" + i).join()).isEqualTo(new Ownership.Free());
        }

        assertThat(IntStream.range(0, asked)
                        .filter(i -> leases.known("channel:" + i).isPresent())
                        .count())
                .isEqualTo(Leases.MAX_OWNERS);
    }

    @Test
    void aGatewayThatShutsDownAcquiresNothing() {
        Lease lease = acquired(7);
        leases.close();

        assertThat(leases.acquire("channel:other").join())
                .isEqualTo(new Ownership.Unavailable("this gateway is shutting down"));
        assertThat(lease.isValid()).isTrue();
    }

    @Test
    void aProgramOnItsOwnHasEverythingForEver() {
        Leases alone = new Leases(false, store, members.members, time, new SimpleMeterRegistry());
        alone.start();
        Lease lease = held(alone.acquire(NEWS));
        var _ = lease.keep(() -> "");
        time.advance(Duration.ofHours(1));

        assertThat(lease.isValid()).isTrue();
        assertThat(held(alone.acquire(NEWS))).isSameAs(lease);
        lease.release().join();
        assertThat(lease.isValid()).isFalse();
        assertThat(held(alone.acquire(NEWS)).isValid()).isTrue();
        assertThat(store.acquisitions).isEmpty();
        assertThat(store.renewals).isEmpty();
    }

    @Test
    void manyLeasesAreRenewedInSeveralSteps() {
        for (int i = 0; i < 1001; i++) {
            var _ = leases.acquire("channel:" + i);
            store.acquisitions.getLast().complete(new Answer.Granted(i, ""));
        }
        time.advance(SECOND);
        assertThat(store.renewals)
                .extracting(renewal -> renewal.leases().size())
                .isEqualTo(List.of(500, 500, 1));
    }

    private Lease acquired(long fence) {
        CompletableFuture<Ownership> asked = leases.acquire(NEWS);
        store.acquisitions.getLast().complete(new Answer.Granted(fence, ""));
        return held(asked);
    }

    private static Lease held(CompletableFuture<Ownership> asked) {
        return ((Ownership.Held) asked.join()).lease();
    }
}
