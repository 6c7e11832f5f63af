package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.cluster.Member;
import io.xg2g.cluster.Ownership;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeptChannelsTest {
    private static final Member A = new Member("a", "10.0.0.1", 8090, "5f");
    private static final Member B = new Member("b", "10.0.0.2", 8090, "5f");
    private static final List<String> CHANNELS =
            IntStream.range(0, 100).mapToObj(number -> "channel-" + number).toList();

    private final Map<String, Ownership> owners = new HashMap<>();
    private List<Member> gateways = List.of(A, B);
    private final KeptChannels a = of(A);
    private final KeptChannels b = of(B);

    private KeptChannels of(Member self) {
        return new KeptChannels(
                channel -> owners.getOrDefault(channel, new Ownership.Free()),
                channel -> channel.startsWith("box-") ? "receiver:box" : channel,
                self::name,
                () -> gateways);
    }

    @Test
    void theChannelsOfAReceiverAreTogether() {
        assertThat(Stream.of("box-1", "box-2", "box-3").map(a::isHere).distinct())
                .hasSize(1);
    }

    @Test
    void gatewaysThatStartTogetherShareTheChannels() {
        List<String> ofA = CHANNELS.stream().filter(a::isHere).toList();
        List<String> ofB = CHANNELS.stream().filter(b::isHere).toList();

        assertThat(ofA).hasSizeBetween(30, 70).doesNotContainAnyElementsOf(ofB);
        assertThat(ofA.size() + ofB.size()).isEqualTo(CHANNELS.size());
    }

    @Test
    void theChannelsOfAGatewayThatHasGoneAreStartedByTheOthers() {
        gateways = List.of(A);

        assertThat(CHANNELS).allMatch(a::isHere);
    }

    @Test
    void aChannelThatItsGatewayDoesNotStartIsStartedByAnotherOne() {
        String full = CHANNELS.stream().filter(b::isHere).findFirst().orElseThrow();
        for (int check = 0; check < KeptChannels.CHECKS; check++) {
            assertThat(a.isHere(full)).isFalse();
        }
        assertThat(a.isHere(full)).isTrue();
    }

    @Test
    void aChannelThatRunsStaysWhereItIs() {
        String running = CHANNELS.stream().filter(b::isHere).findFirst().orElseThrow();
        owners.put(running, new Ownership.OwnedBy(A, 1));
        for (int check = 0; check < 2 * KeptChannels.CHECKS; check++) {
            assertThat(b.isHere(running)).isFalse();
        }

        owners.put(running, new Ownership.Unavailable("its lease ends"));
        assertThat(b.isHere(running)).isFalse();

        owners.remove(running);
        assertThat(b.isHere(running)).isTrue();
        assertThat(a.isHere(running)).as("the checks begin again").isFalse();
    }
}
