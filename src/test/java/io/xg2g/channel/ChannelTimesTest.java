package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.packaging.ChannelTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChannelTimesTest {
    private static final Duration KEEP = Duration.ofSeconds(150);

    private final TurnedClock clock = new TurnedClock();
    private final ChannelTimes times = new ChannelTimes(clock, () -> clock.nanos, KEEP);
    private final List<String> forgotten = new ArrayList<>();

    /** Settable time of day, and monotonic nanoseconds. */
    private static final class TurnedClock implements InstantSource {
        private Instant now = Instant.parse("2026-07-01T12:00:00Z");
        private long nanos;

        private void pass(Duration time) {
            now = now.plus(time);
            nanos += time.toNanos();
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Test
    void stoppedChannelsAreEvictedAfterTheRetention() {
        for (int i = 0; i < 1000; i++) {
            times.of("channel-" + i).reached(ChannelTime.ticks(clock.now));
        }
        ChannelTime running = times.of("channel-7");

        clock.pass(KEEP.plusSeconds(1));
        evictUnused(Set.of("channel-7"));

        assertThat(forgotten).hasSize(999).doesNotContain("channel-7").doesNotHaveDuplicates();
        assertThat(times.of("channel-7")).isSameAs(running);
    }

    @Test
    void aRecentlyStoppedChannelKeepsItsTime() {
        ChannelTime time = times.of("news");

        clock.pass(KEEP.minusSeconds(1));
        evictUnused(Set.of());
        assertThat(times.of("news")).isSameAs(time);

        clock.pass(KEEP.multipliedBy(3));
        evictUnused(Set.of("news"));
        clock.pass(KEEP.minusSeconds(1));
        evictUnused(Set.of());
        assertThat(times.of("news")).isSameAs(time);
    }

    @Test
    void aChannelWhoseTimeIsAheadOfTheClockKeepsIt() {
        // Given a channel that has published, and a clock that was set back by an hour
        ChannelTime time = times.of("news");
        time.reached(ChannelTime.ticks(clock.now));
        clock.now = clock.now.minusSeconds(3600);

        clock.pass(KEEP.plusSeconds(1));
        evictUnused(Set.of());

        assertThat(times.of("news")).isSameAs(time);
    }

    @Test
    void theTimeOfAnEvictedChannelDoesNotGoBack() {
        long end = ChannelTime.ticks(clock.now.plusSeconds(10));
        times.of("news").reached(end);

        clock.pass(KEEP.plusSeconds(11));
        evictUnused(Set.of());

        assertThat(forgotten).containsExactly("news");
        assertThat(times.of("news").begin(KEEP.toSeconds() * 90_000)).isGreaterThanOrEqualTo(end);
    }

    private void evictUnused(Set<String> running) {
        times.evictUnused(running, forgotten::add);
    }
}
