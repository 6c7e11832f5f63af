package io.xg2g.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.cluster.Member;
import io.xg2g.cluster.Ownership;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DestinationsTest {
    private static final Member A = member("a");
    private static final Member B = member("b");
    private static final Member C = member("c");
    private static final List<Member> ALL = List.of(A, B, C);
    private static final Destination HERE = new Destination.Here();
    private static final Destination MISDIRECTED = new Destination.Misdirected();
    private static final Resource.Leased PLAYED = new Resource.Channel("news", true);
    private static final Resource.Leased READ = new Resource.Channel("news", false);

    private final Set<Member> silent = new HashSet<>();

    @Test
    void theOwnerAnswers() {
        Ownership owned = new Ownership.OwnedBy(B, 7);

        assertThat(at(A).of(PLAYED, owned)).isEqualTo(new Destination.Forward(B, true));
        assertThat(at(A).of(new Resource.Camera("door"), owned)).isEqualTo(new Destination.Forward(B, true));
        assertThat(at(B).of(PLAYED, owned)).isEqualTo(HERE);
    }

    @Test
    void aForwardedRequestIsNotForwardedAgain() {
        assertThat(forwardedTo(A).of(PLAYED, new Ownership.OwnedBy(B, 7))).isEqualTo(MISDIRECTED);
        assertThat(forwardedTo(A).of("b")).isEqualTo(MISDIRECTED);
        assertThat(forwardedTo(B).of(PLAYED, new Ownership.OwnedBy(B, 7))).isEqualTo(HERE);
        assertThat(forwardedTo(A).of(PLAYED, new Ownership.Free())).isEqualTo(HERE);
        assertThat(forwardedTo(A).of(READ, new Ownership.Free())).isEqualTo(HERE);
    }

    @Test
    void anOwnerThatDoesNotAnswerIsNotAsked() {
        silent.add(B);

        assertThat(at(A).of(PLAYED, new Ownership.OwnedBy(B, 7)))
                .isEqualTo(new Destination.Unavailable("gateway b, which has it, does not answer"));
    }

    @Test
    void whatIsNotKnownIsRefusedWithTheReason() {
        assertThat(at(A).of(PLAYED, new Ownership.Unavailable("Redis is away")))
                .isEqualTo(new Destination.Unavailable("Redis is away"));
    }

    @Test
    void whatNobodyHasIsReadHere() {
        assertThat(at(A).of(READ, new Ownership.Free())).isEqualTo(HERE);
        assertThat(at(B).of(new Resource.Camera("door"), new Ownership.Free())).isEqualTo(HERE);
    }

    @Test
    void allGatewaysChooseTheSameOneToStartAChannel() {
        for (int i = 0; i < 200; i++) {
            Resource.Leased channel = new Resource.Channel("channel-" + i, true);
            Member chosen = chosen(A, channel);
            assertThat(chosen(B, channel)).isEqualTo(chosen);
            assertThat(chosen(C, channel)).isEqualTo(chosen);
        }
    }

    @Test
    void channelsAreSpreadAndOnlyThoseOfAGatewayThatGoesMove() {
        List<Resource.Leased> channels = IntStream.range(0, 3_000)
                .<Resource.Leased>mapToObj(i -> new Resource.Channel("channel-" + i, true))
                .toList();
        Map<Resource.Leased, Member> before = new HashMap<>();
        channels.forEach(channel -> before.put(channel, chosen(A, channel)));
        for (Member member : ALL) {
            assertThat(before.values().stream().filter(member::equals).count()).isBetween(850L, 1_150L);
        }

        silent.add(C);

        List<Resource.Leased> moved = new ArrayList<>(channels);
        moved.removeIf(channel -> chosen(A, channel).equals(before.get(channel)));
        assertThat(moved).allMatch(channel -> C.equals(before.get(channel)));
        assertThat(moved)
                .hasSize((int) before.values().stream().filter(C::equals).count());
    }

    @Test
    void aGatewayThatShutsDownStartsNothing() {
        silent.add(A);

        assertThat(forwardedTo(A).of(PLAYED, new Ownership.Free())).isEqualTo(MISDIRECTED);
        assertThat(chosen(A, PLAYED)).isNotEqualTo(A);
        silent.addAll(ALL);
        assertThat(at(A).of(PLAYED, new Ownership.Free()))
                .as("it answers with the reason itself, if nobody else does")
                .isEqualTo(HERE);
    }

    /** Its limit of streams, and its pace, hold within a gateway. */
    @Test
    void channelsOfOneReceiverAreStartedByOneGateway() {
        assertThat(IntStream.range(0, 20).mapToObj(n -> chosen(A, new Resource.Channel("box-" + n, true))))
                .containsOnly(chosen(B, new Resource.Channel("box-1", true)));
        assertThat(IntStream.range(0, 20).mapToObj(n -> chosen(A, new Resource.Channel("file-" + n, true))))
                .contains(A, B, C);
    }

    @Test
    void aJobIsAtTheGatewayThatItsIdNames() {
        assertThat(at(A).of("b")).isEqualTo(new Destination.Forward(B, true));
        assertThat(at(A).of("gone"))
                .isEqualTo(new Destination.Unavailable("gateway gone, which has it, does not answer"));
    }

    private Member chosen(Member self, Resource.Leased channel) {
        return switch (at(self).of(channel, new Ownership.Free())) {
            case Destination.Forward(Member other, boolean owner) -> {
                assertThat(owner).isFalse();
                yield other;
            }
            case Destination.Here _ -> self;
            case Destination other -> throw new AssertionError(other);
        };
    }

    private Destinations at(Member self) {
        return new Destinations(self, ALL, DestinationsTest::receiver, member -> !silent.contains(member), false);
    }

    private Destinations forwardedTo(Member self) {
        return new Destinations(self, ALL, DestinationsTest::receiver, member -> !silent.contains(member), true);
    }

    private static Optional<String> receiver(String channel) {
        return channel.startsWith("box-") ? Optional.of("box") : Optional.empty();
    }

    private static Member member(String name) {
        return new Member(name, "127.0.0.1", 8090, "run" + name);
    }
}
