package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.cluster.TestCluster;
import io.xg2g.packaging.ChannelTime;
import io.xg2g.schedule.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;

class ClaimedStartsTest {
    private static final String ID = "news";

    private final ManualTime time = new ManualTime();
    private final TestCluster.Gateway gateway = new TestCluster(time).add("a");
    private final ConcurrentMap<String, ChannelClaim> running = new ConcurrentHashMap<>();
    private final List<ChannelClaim> claimed = new ArrayList<>();

    /** What happens between a claim and the start. */
    private Runnable meanwhile = () -> {};

    private final ClaimedStarts<ChannelClaim> starts = new ClaimedStarts<>(running, id -> {
        ChannelClaim claim = claim(id);
        meanwhile.run();
        return claim;
    });

    private ChannelClaim claim(String id) {
        ChannelClaim claim = ChannelClaim.shared(
                gateway.acquire("channel:" + id),
                new ChannelTime(time, time.instant().minusSeconds(3600)),
                gateway.members.self().name());
        claimed.add(claim);
        return claim;
    }

    @Test
    void aChannelThatIsGivenUpAfterItWasClaimedAgainIsClaimedOnceMore() {
        ChannelClaim first = starts.start(ID, claim -> claim);
        running.remove(ID);
        meanwhile = () -> {
            meanwhile = () -> {};
            starts.giveUp(ID, first);
        };

        ChannelClaim second = starts.start(ID, claim -> claim);

        assertThat(claimed).hasSize(3);
        assertThat(claimed.get(1).lease()).isSameAs(first.lease());
        assertThat(second.lease().isValid()).isTrue();
        assertThat(second.lease().fence()).isGreaterThan(first.lease().fence());
        assertThat(running).containsEntry(ID, second);
    }

    @Test
    void aChannelThatHasStartedAgainKeepsTheClaimOfTheRunBefore() {
        ChannelClaim first = starts.start(ID, claim -> claim);
        running.remove(ID);
        ChannelClaim second = starts.start(ID, claim -> claim);

        starts.giveUp(ID, first);

        assertThat(second.lease()).isSameAs(first.lease());
        assertThat(second.lease().isValid()).isTrue();
    }

    @Test
    void theClaimOfAChannelThatDoesNotStartIsGivenUp() {
        assertThatThrownBy(() -> starts.start(ID, _ -> {
                    throw new IllegalStateException("no room");
                }))
                .hasMessage("no room");
        assertThat(claimed).singleElement().matches(claim -> claim.lease().isOver());
    }
}
