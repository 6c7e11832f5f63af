package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.ManualTime;
import org.junit.jupiter.api.Test;

class MemberTest {
    private final ManualTime time = new ManualTime();
    private final Signatures signatures = new Signatures("a", TestMembers.SECRET, time);
    private final Member member = new Member("a", "10.0.0.1", 8090, "5f");

    @Test
    void anEntryIsReadByThoseThatHaveTheSecret() {
        assertThat(Member.of("a", member.entry(signatures), signatures)).contains(member);
        assertThat(Member.of("a", member.entry(signatures), new Signatures("b", TestMembers.SECRET, time)))
                .contains(member);
    }

    @Test
    void anEntryThatIsForgedOrDamagedIsRefused() {
        String entry = member.entry(signatures);
        assertThat(Member.of("b", entry, signatures)).as("of another name").isEmpty();
        assertThat(Member.of("a", entry.replace("10.0.0.1", "10.0.0.2"), signatures))
                .isEmpty();
        assertThat(Member.of("a", entry.replace("8090", "8091"), signatures)).isEmpty();
        assertThat(Member.of("a", entry, new Signatures("a", "another secret of many characters", time)))
                .isEmpty();
        assertThat(Member.of("a", "", signatures)).isEmpty();
    }

    @Test
    void thoseWithAWrongEntryAreNoMembers() {
        TestMembers known = new TestMembers("a", time);
        known.learn("a", "b");
        assertThat(known.members.gateways()).extracting(Member::name).containsExactly("a", "b");

        known.members.learn(java.util.List.of("", "a", member.entry(signatures), "b", "10.0.0.2 8090 5f forged"));
        assertThat(known.members.gateways()).containsExactly(member);
        assertThat(known.members.find("b")).isEmpty();
    }
}
