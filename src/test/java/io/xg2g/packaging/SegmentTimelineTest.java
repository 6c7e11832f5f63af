package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SegmentTimelineTest {
    private static final long SECOND = 90_000;
    private static final long START = 1_795_000_000L * SECOND;
    private static final Track AUDIO = new Track("audio", Track.Kind.AUDIO, "mp4a.40.2", 48_000, 0, 0, 0, 1);
    private static final Track VIDEO = new Track("720p", Track.Kind.VIDEO, "avc1.64001f", 90_000, 1280, 720, 25, 1);

    private static final Track SOURCE = new Track("source", Track.Kind.VIDEO, "avc1.640028", 90_000, 1920, 1080, 25, 1);

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
    void anUnpublishedEpochUsesNoSequenceNumber() {
        publish(timeline, START);
        begin(timeline, START + 60 * SECOND);
        publish(timeline, START + 90 * SECOND);

        assertThat(timeline.now().epochs()).extracting(Epoch::id).containsExactly(0L, 1L);
        assertThat(discontinuitySequence).hasValue(2);
    }

    @Test
    void anEpochThatContinuesInTimeIsNoDiscontinuity() {
        publish(timeline, START);
        publish(timeline, START + 2 * SECOND);
        publish(timeline, START + 4 * SECOND + 3_600);
        publish(timeline, START + 7 * SECOND);
        timeline.begin(START + 9 * SECOND, List.of(VIDEO, AUDIO), Map.of());

        assertThat(timeline.now().epochs()).extracting(Epoch::id).containsExactly(0L, 0L, 0L, 1L);
        assertThat(discontinuitySequence).as("with another kind of track").hasValue(3);
    }

    @Test
    void theNumberOfAnUnpublishedEpochDependsOnTheNextOne() {
        publish(timeline, START);
        begin(timeline, START + 2 * SECOND);
        begin(timeline, START + 60 * SECOND);
        publish(timeline, START + 90 * SECOND);
        begin(timeline, START + 92 * SECOND);
        publish(timeline, START + 92 * SECOND);

        assertThat(timeline.now().epochs()).extracting(Epoch::id).containsExactly(0L, 1L, 1L);
    }

    @Test
    void anInitSegmentIsFoundByTheStartOfItsEpoch() {
        publish(timeline, START);

        assertThat(timeline.init("720p", START)).isPresent();
        assertThat(timeline.init("720p", 0)).isEmpty();
    }

    @Test
    void anEndedTimelineAcceptsNothing() {
        publish(timeline, START);
        timeline.end();
        Timeline last = timeline.now();

        publish(timeline, START + 60 * SECOND);

        assertThat(timeline.now()).isSameAs(last);
        assertThat(last.ended()).isTrue();
        assertThat(discontinuitySequence).hasValue(1);
    }

    @Test
    void theNextTimelineOfTheChannelContinuesTheNumbers() {
        publish(timeline, START);
        timeline.end();
        SegmentTimeline next = timeline(1_795_000_300L);

        publish(next, START + 300 * SECOND);

        assertThat(next.now().newest().id()).isEqualTo(1);
    }

    @Test
    void anEarlyWindowIsInTheEarlyViewAtOnceAndInTheCompleteViewLater() {
        long number = publishEarly(START);

        assertThat(timeline.now().isEmpty()).isTrue();
        assertThat(timeline.early().newest().windows().getFirst().segments())
                .extracting(Segment::gap)
                .containsExactly(false, true);

        assertThat(complete(number, START)).isTrue();

        assertThat(timeline.now()).isEqualTo(timeline.early());
        assertThat(timeline.now().newest().windows().getFirst().segments())
                .extracting(Segment::gap)
                .containsExactly(false, false);
        assertThat(timeline.segment("source", START)).isPresent();
        assertThat(timeline.segment("720p", START)).isPresent();
        assertThat(timeline.bytes()).isEqualTo(30);
    }

    @Test
    void completeAllMarksAnEarlyWindowAsComplete() {
        publishEarly(START);

        timeline.completeAll();

        assertThat(timeline.now()).isEqualTo(timeline.early());
        assertThat(timeline.now().newest().windows()).hasSize(1);
    }

    @Test
    void completionOfAWindowThatHasLeftTheTimelineIsRefused() {
        long first = publishEarly(START);
        for (int i = 1; i <= 61; i++) {
            more(START + 2 * i * SECOND);
        }

        assertThat(complete(first, START)).isFalse();
        assertThat(timeline.segment("720p", START)).isEmpty();
    }

    @Test
    void aPeriodHasWindowsWithTheSameVideoTracks() {
        long first = publishEarly(START);
        long second = more(START + 2 * SECOND);
        long third = more(START + 4 * SECOND);
        complete(first, START);
        complete(second, START + 2 * SECOND);
        timeline.complete(third, Map.of(), Map.of());

        assertThat(timeline.now().newest().windows())
                .extracting(Window::periodStart)
                .containsExactly(START / 90, START / 90, START / 90 + 4000);
    }

    @Test
    void aClearedTimelineContinuesItsNumbersInAnotherEpoch() {
        publish(timeline, START);
        publish(timeline, START + 60 * SECOND);
        long last = SegmentTimeline.last(timeline.now());

        timeline.clear(0);
        assertThat(timeline.now().isEmpty()).isTrue();
        assertThat(timeline.early().isEmpty()).isTrue();
        assertThat(timeline.bytes()).isZero();
        publish(timeline, START + 120 * SECOND);

        assertThat(timeline.now().newest().id()).isEqualTo(2);
        assertThat(timeline.now().epochs()).hasSize(1);
        assertThat(timeline.now().newest().windows()).extracting(Window::number).containsExactly(last + 1);
    }

    @Test
    void theSegmentsOfAClearedTimelineAreRetained() {
        long number = publishEarly(START);
        complete(number, START);

        timeline.clear(0);
        timeline.sweep(SegmentFiles.RETENTION.toNanos());
        assertThat(timeline.segment("source", START)).isPresent();
        assertThat(timeline.init("source", START)).isPresent();

        timeline.sweep(SegmentFiles.RETENTION.toNanos() + 1);
        assertThat(timeline.segment("source", START)).isEmpty();
        assertThat(timeline.bytes()).isZero();
    }

    @Test
    void aWindowOfBeforeTheTimelineWasClearedIsNotCompleted() {
        long number = publishEarly(START);
        timeline.clear(0);

        assertThat(complete(number, START)).isFalse();
        assertThat(timeline.now().isEmpty()).isTrue();
    }

    @Test
    void updatedTracksOfAnEpochAreFound() {
        publishEarly(START);
        assertThat(timeline.init("720p", START)).isEmpty();

        Track known = new Track("720p", Track.Kind.VIDEO, "avc1.640020", 90_000, 1280, 720, 50, 1);
        timeline.describe(START, List.of(SOURCE, known), Map.of("source", new byte[1], "720p", new byte[2]));

        assertThat(timeline.init("720p", START)).isPresent();
        assertThat(timeline.early().newest().tracks()).containsExactly(SOURCE, known);
    }

    private long publishEarly(long start) {
        timeline.begin(start, List.of(SOURCE, VIDEO), Map.of("source", new byte[1]));
        return more(start);
    }

    private long more(long start) {
        return timeline.publishEarly(
                new SegmentTimeline.Publication(
                        List.of(new Segment(start, 2 * SECOND, 20, false), new Segment(start, 2 * SECOND, 0, true)),
                        Arrays.asList(Path.of("source"), null),
                        Map.of()),
                0);
    }

    private boolean complete(long number, long start) {
        return timeline.complete(
                number, Map.of("720p", new Segment(start, 2 * SECOND, 10, false)), Map.of("720p", Path.of("720p")));
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
                        List.of(new Segment(start, 2 * SECOND, 0, true)), Collections.singletonList(null), Map.of()),
                0);
    }
}
