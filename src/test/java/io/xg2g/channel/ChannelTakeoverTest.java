package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.cluster.Lease;
import io.xg2g.cluster.TestCluster;
import io.xg2g.packaging.ChannelTime;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.PublishedWindows;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Window;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** What players see when another gateway continues a channel. */
class ChannelTakeoverTest {
    private static final String NEWS = "channel:news";
    private static final Duration WINDOW = Duration.ofSeconds(2);

    private final ManualTime time = new ManualTime();
    private final TestCluster cluster = new TestCluster(time);
    private final TestCluster.Gateway a = cluster.add("a");
    private final TestCluster.Gateway b = cluster.add("b");

    /** A channel while a gateway runs it. */
    private static final class Run {
        final Lease lease;
        final ChannelClaim claim;
        final SegmentTimeline timeline;

        /** @param clock of the gateway */
        Run(TestCluster.Gateway gateway, InstantSource clock) {
            lease = gateway.acquire(NEWS);
            claim = ChannelClaim.shared(
                    lease,
                    new ChannelTime(clock, clock.instant().minusSeconds(3600)),
                    gateway.members.self().name());
            timeline = new SegmentTimeline(
                    ChannelTime.seconds(claim.time().begin(0)),
                    claim.discontinuitySequence(),
                    Duration.ofMinutes(1),
                    1 << 20,
                    _ -> {});
            claim.begin();
        }

        void publish() {
            PublishedWindows.publish(timeline, claim.time());
        }

        Timeline now() {
            return timeline.early();
        }
    }

    private void publish(Run run, int windows) {
        for (int i = 0; i < windows; i++) {
            run.publish();
            time.advance(WINDOW);
        }
    }

    private static void assertContinues(Timeline before, Timeline after) {
        Epoch last = before.epochs().getLast();
        Epoch next = after.epochs().getFirst();
        Window newest = last.windows().getLast();
        Window first = next.windows().getFirst();
        assertThat(first.number()).as("media sequence number").isGreaterThan(newest.number());
        assertThat(next.start())
                .as("time")
                .isGreaterThanOrEqualTo(newest.segments().getFirst().time() + 2 * 90_000);
        assertThat(next.id()).as("discontinuity sequence number").isGreaterThan(last.id());
        assertThat(before.ended() || after.ended()).as("end of the playlist").isFalse();
    }

    /** For instance by a player that comes while the run before stops: each claim would add the reserve of a takeover. */
    @Test
    void aGatewayThatClaimsItsChannelAgainContinuesWhereItIs() {
        Run first = new Run(a, time);
        publish(first, 3);
        long end = first.claim.time().end();

        for (int i = 0; i < 3; i++) {
            var _ = ChannelClaim.shared(
                    a.acquire(NEWS), first.claim.time(), a.members.self().name());
        }

        assertThat(first.claim.time().end()).isEqualTo(end);
    }

    @Test
    void numbersContinueBehindThoseOfADeadGateway() {
        Run first = new Run(a, time);
        publish(first, 20);
        first.publish();
        first.publish();
        cluster.cut(a);
        time.advance(Duration.ofMillis(3100));

        assertThat(first.lease.isValid()).isFalse();
        Run second = new Run(b, time);
        second.publish();
        assertThat(second.claim.from()).contains("a");
        assertContinues(first.now(), second.now());
    }

    /** Of an HLS source: it is published at once, and the gateway dies before the next renewal. */
    @Test
    void numbersContinueBehindASegmentOfManySeconds() {
        Run first = new Run(a, time);
        publish(first, 20);
        for (int i = 0; i < 10; i++) {
            first.publish();
        }
        cluster.cut(a);
        time.advance(Duration.ofMillis(3100));

        Run second = new Run(b, time);
        second.publish();
        assertContinues(first.now(), second.now());
    }

    @Test
    void numbersContinueWhereTheClockOfTheNextGatewayIsBehind() {
        Run first = new Run(a, time);
        publish(first, 20);
        cluster.cut(a);
        time.advance(Duration.ofMillis(3100));

        Run second = new Run(b, () -> time.instant().minusSeconds(20));
        second.publish();
        assertContinues(first.now(), second.now());
    }

    @Test
    void aChannelThatWasStoppedContinuesAtOnceElsewhere() {
        Run first = new Run(a, time);
        publish(first, 3);
        long end = first.claim.time().end();
        first.claim.release();

        Run second = new Run(b, () -> time.instant().minusSeconds(20));
        second.publish();
        assertThat(second.claim.from()).isEmpty();
        assertContinues(first.now(), second.now());
        assertThat(second.now().epochs().getFirst().start()).isEqualTo(end);
        assertThat(second.now().epochs().getFirst().id())
                .as("no number is skipped")
                .isEqualTo(first.now().epochs().getLast().id() + 1);
    }

    @Test
    void aGatewayThatWasCutOffLosesAChannelOnlyIfAnotherOneHasHadIt() {
        Run first = new Run(a, time);
        publish(first, 3);
        cluster.cut(a);
        time.advance(Duration.ofSeconds(10));
        assertThat(first.lease.isValid()).isFalse();
        cluster.join(a);
        time.advance(Duration.ofSeconds(1));
        assertThat(first.lease.isValid()).isTrue();

        cluster.cut(a);
        time.advance(Duration.ofSeconds(10));
        Run second = new Run(b, time);
        cluster.join(a);
        time.advance(Duration.ofSeconds(1));
        assertThat(first.lease.isLost()).isTrue();
        assertThat(second.lease.isValid()).isTrue();
        assertThat(second.lease.fence()).isGreaterThan(first.lease.fence());
    }

    @Test
    void aChannelThatIsStoppedAfterItsLeaseHasLapsedIsElsewhere() {
        Run first = new Run(a, time);
        publish(first, 3);
        assertThat(first.claim.isElsewhere()).isFalse();
        cluster.cut(a);
        time.advance(Duration.ofSeconds(3));
        assertThat(first.claim.isElsewhere()).isTrue();

        first.claim.end();
        new Run(b, time).publish();
        first.claim.release();
        assertThat(first.lease.isLost()).as("it was not told").isFalse();
        assertThat(first.claim.isElsewhere()).isTrue();
    }

    @Test
    void whatAChannelHasPublishedUpToItsEndIsItsOwn() {
        Run first = new Run(a, time);
        publish(first, 3);

        first.claim.end();
        first.claim.release();
        first.claim.end();
        new Run(b, time).publish();
        assertThat(first.claim.isElsewhere()).isFalse();
    }

    @Test
    void aChannelThatIsStartedAgainWhileItStopsDoesNotRepeatItsNumbers() {
        Run first = new Run(a, time);
        publish(first, 3);

        Run again = new Run(a, time);
        again.publish();
        assertThat(again.lease).isSameAs(first.lease);
        assertContinues(first.now(), again.now());
    }
}
