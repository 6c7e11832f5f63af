package io.xg2g.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final ReplayOptions AS_RECORDED = new ReplayOptions(Pace.times(1), false, false);
    private static final ReplayOptions FASTEST = new ReplayOptions(Pace.times(0), false, false);

    private final ManualTime time = new ManualTime();
    private final Instant start = time.instant();
    private final List<TelemetryPoint> published = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    @Test
    void everyRowIsPublishedOnceInItsOrderWithItsOwnTime() {
        Replay replay = run(DcgmCsv.export(1, 2, 3), AS_RECORDED);
        assertThat(replay.state()).isInstanceOf(ReplayState.Finished.class);
        assertThat(replay.rows()).isEqualTo(2 * 3 * DcgmCsv.METRICS.size());
        assertThat(replay.passes()).isEqualTo(1);
        assertThat(published)
                .hasSize((int) replay.rows())
                .isSortedAccordingTo(Comparator.comparing(TelemetryPoint::time))
                .allMatch(point -> point.origin() == Origin.REPLAY);
        assertThat(published.getFirst().time()).isEqualTo(DcgmCsv.START);
    }

    @Test
    void aReplayLastsAsLongAsTheRecording() {
        run(DcgmCsv.export(1, 1, 13), AS_RECORDED);
        assertThat(time.sinceStart()).isEqualTo(DcgmCsv.INTERVAL.multipliedBy(12));
    }

    @Test
    void retimedPointsGetTheTimeOfTheirPublication() {
        run(DcgmCsv.export(1, 1, 3), new ReplayOptions(Pace.times(1), false, true));
        Instant first = published.getFirst().time();
        assertThat(published)
                .extracting(TelemetryPoint::time)
                .containsOnly(first, start.plusSeconds(5), start.plusSeconds(10));
        assertThat(first).isEqualTo(start);
    }

    @Test
    void retimedPointsHaveDistinctTimesIfTheirRecordedTimesDiffer() {
        run(DcgmCsv.export(1, 1, 50), new ReplayOptions(Pace.times(0), false, true));
        assertThat(published.stream().map(TelemetryPoint::time).distinct()).hasSize(50);
    }

    @Test
    void aBadRowIsCountedWithItsLineAndTheRestIsPublished() {
        // Given
        List<String> lines = new ArrayList<>(DcgmCsv.export(1, 1, 10).lines().toList());
        lines.set(5, "nonsense");
        lines.set(50, lines.get(50) + ",more");

        // When
        Replay replay = run(String.join("\n", lines), FASTEST);

        // Then
        assertThat(replay.state()).isInstanceOf(ReplayState.Finished.class);
        assertThat(replay.rows()).isEqualTo(98);
        assertThat(replay.badRows()).isEqualTo(2);
        assertThat(replay.firstBad()).extracting(DcgmReader.Entry.Bad::line).containsExactly(6L, 51L);
    }

    @Test
    void anErrorEndsAReplayAndReleasesItsPermit() throws Exception {
        Replay replay = replay(() -> DcgmCsv.stream(DcgmCsv.export(1, 1, 1)), FASTEST, _ -> {
            throw new StackOverflowError("a bug");
        });

        replay.start();
        ended.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);

        assertThat(replay.state()).isInstanceOf(ReplayState.Failed.class);
    }

    @Test
    void onlyTheFirstBadRowsAreKept() {
        Replay replay = run(DcgmCsv.HEADER + "\nx".repeat(1000), FASTEST);
        assertThat(replay.badRows()).isEqualTo(1000);
        assertThat(replay.firstBad()).hasSize(Replay.MAX_BAD_ROWS);
    }

    @Test
    void aLoopRunsUntilItIsStopped() throws Exception {
        // Given
        CountDownLatch threePasses = new CountDownLatch(3 * DcgmCsv.METRICS.size());
        Replay replay = replay(
                () -> DcgmCsv.stream(DcgmCsv.export(1, 1, 1)),
                new ReplayOptions(Pace.times(1), true, true),
                _ -> threePasses.countDown());

        // When
        replay.start();
        assertThat(threePasses.await(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(replay.state()).isInstanceOf(ReplayState.Running.class);
        replay.stop();

        // Then
        assertThat(replay.state()).isInstanceOf(ReplayState.Stopped.class);
        assertThat(ended).isCompleted();
        assertThat(replay.passes()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aLoopWithoutUsableRowsEnds() {
        Replay replay = run(DcgmCsv.HEADER + "\nnonsense\n", new ReplayOptions(Pace.times(0), true, true));
        assertThat(replay.state()).isInstanceOf(ReplayState.Finished.class);
        assertThat(replay.badRows()).isEqualTo(1);
    }

    @Test
    void aReplayThatWaitsForTheBusCanBeStopped() throws Exception {
        // Given
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Replay replay = replay(() -> DcgmCsv.stream(DcgmCsv.export(1, 1, 1)), FASTEST, _ -> {
            waiting.countDown();
            never.await();
        });

        // When
        replay.start();
        assertThat(waiting.await(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        replay.stop();

        // Then
        assertThat(replay.state()).isInstanceOf(ReplayState.Stopped.class);
        assertThat(replay.rows()).isZero();
    }

    @Test
    void aStoppedBusFailsTheReplay() {
        Replay replay = replay(() -> DcgmCsv.stream(DcgmCsv.export(1, 1, 1)), FASTEST, _ -> {
            throw new IllegalStateException("stopped");
        });
        replay.start();
        ended.join();
        assertThat(replay.state()).isInstanceOf(ReplayState.Failed.class);
    }

    @Test
    void anUnreadableRecordingFailsTheReplay() {
        Replay replay = replay(
                () -> {
                    throw new IOException("gone");
                },
                FASTEST,
                published::add);
        replay.start();
        ended.join();
        assertThat(replay.state())
                .isInstanceOfSatisfying(
                        ReplayState.Failed.class,
                        failed -> assertThat(failed.reason()).contains("recording"));
    }

    private Replay run(String recording, ReplayOptions options) {
        Replay replay = replay(() -> DcgmCsv.stream(recording), options, published::add);
        replay.start();
        ended.join();
        return replay;
    }

    private Replay replay(Recording recording, ReplayOptions options, Publisher publisher) {
        return new Replay("r", options, recording, 0, publisher, time, () -> ended.complete(null));
    }
}
