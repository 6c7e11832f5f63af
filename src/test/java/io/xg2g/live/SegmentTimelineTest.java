package io.xg2g.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SegmentTimelineTest {
    private static final long SECOND = 90_000;
    private static final long START = 1_795_000_000L * SECOND;
    private static final Track VIDEO = new Track("720p", Track.Kind.VIDEO, "avc1.64001f", 90_000, 1280, 720, 25, 1);

    private final AtomicLong discontinuitySequence = new AtomicLong();
    private final SegmentTimeline timeline = timeline(1_795_000_000L);

    @Test
    void eachEpochTakesTheNextDiscontinuitySequenceNumber() {
        publish(timeline, START);
        publish(timeline, START + 60 * SECOND);

        assertThat(timeline.now().epochs()).extracting(Epoch::id).containsExactly(0L, 1L);
        assertThat(timeline.now().epochs().getFirst().windows().getFirst().number())
                .isEqualTo(1_795_000_000L);
    }

    @Test
    void anEpochThatWasNeverSeenLeavesNoHole() {
        publish(timeline, START);
        begin(timeline, START + 60 * SECOND);
        publish(timeline, START + 90 * SECOND);

        assertThat(timeline.now().epochs()).extracting(Epoch::id).containsExactly(0L, 1L);
        assertThat(discontinuitySequence).hasValue(2);
    }

    @Test
    void anInitSegmentIsFoundByTheStartOfItsEpoch() {
        publish(timeline, START);

        assertThat(timeline.init("720p", START)).isPresent();
        assertThat(timeline.init("720p", 0)).isEmpty();
    }

    @Test
    void anEndedTimelineTakesNothingMore() {
        publish(timeline, START);
        timeline.end();
        Timeline last = timeline.now();

        publish(timeline, START + 60 * SECOND);

        assertThat(timeline.now()).isSameAs(last);
        assertThat(last.ended()).isTrue();
        assertThat(discontinuitySequence).hasValue(1);
    }

    @Test
    void theNextTimelineOfTheChannelCountsOn() {
        publish(timeline, START);
        timeline.end();
        SegmentTimeline next = timeline(1_795_000_300L);

        publish(next, START + 300 * SECOND);

        assertThat(next.now().newest().id()).isEqualTo(1);
    }

    private SegmentTimeline timeline(long first) {
        return new SegmentTimeline(
                first, discontinuitySequence::getAndIncrement, Duration.ofSeconds(120), 1_000_000_000, _ -> {});
    }

    private static void begin(SegmentTimeline timeline, long start) {
        timeline.begin(start, List.of(VIDEO), Map.of("720p", new byte[1]));
    }

    private static void publish(SegmentTimeline timeline, long start) {
        begin(timeline, start);
        timeline.publish(
                new SegmentTimeline.Publication(
                        List.of(new Segment(start, 2 * SECOND, 0, true)), Collections.singletonList(null), List.of()),
                0);
    }
}
