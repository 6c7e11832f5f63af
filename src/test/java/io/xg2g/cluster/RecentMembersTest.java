package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentMembersTest {
    private final ManualTime time = new ManualTime();
    private final RecentMembers recent = new RecentMembers(time);

    @Test
    void whoHasGoneIsKnownForAnHour() {
        recent.seen(List.of("c", "b", "a"));
        assertThat(recent.gone()).isEmpty();

        time.advance(Duration.ofMinutes(10));
        recent.seen(List.of("b"));
        assertThat(recent.gone()).containsExactly("a", "c");

        time.advance(Duration.ofMinutes(50));
        recent.seen(List.of("b"));
        assertThat(recent.gone()).containsExactly("a", "c");
        time.advance(Duration.ofSeconds(1));
        recent.seen(List.of("b"));
        assertThat(recent.gone()).isEmpty();
    }

    @Test
    void whoIsBackIsNotGone() {
        recent.seen(List.of("a"));
        recent.seen(List.of());
        recent.seen(List.of("a"));
        assertThat(recent.gone()).isEmpty();
    }
}
