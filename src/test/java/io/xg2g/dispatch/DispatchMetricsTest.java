package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.xg2g.ffmpeg.Failure;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Metrics of the dispatcher. */
class DispatchMetricsTest {

    @Test
    void sizeCountsWaitingRequestsByTheirCurrentLevel() {
        DispatcherSetup setup = with().workers(1).start();
        setup.submit("x1", "a1", "a2");
        setup.preview("p1");

        assertThat(setup.gauge("xg2g.gpu.queue.size", "priority", "0")).isEqualTo(1);
        assertThat(setup.gauge("xg2g.gpu.queue.size", "priority", "1")).isEqualTo(2);
        assertThat(setup.gauge("xg2g.gpu.queue.size", "priority", "2")).isZero();
        setup.time.advance(Duration.ofSeconds(15));
        assertThat(setup.gauge("xg2g.gpu.queue.size", "priority", "0")).isZero();
        assertThat(setup.gauge("xg2g.gpu.queue.size", "priority", "1")).isEqualTo(1);
        assertThat(setup.gauge("xg2g.gpu.queue.size", "priority", "2")).isEqualTo(2);
    }

    @Test
    void workersAndDemandCountRunningUnits() {
        DispatcherSetup setup = with().workers(2).start();
        setup.submit("a1", "a2", "a3");

        assertThat(setup.gauge("xg2g.gpu.active.workers")).isEqualTo(2);
        assertThat(setup.gauge("xg2g.gpu.slots")).isEqualTo(2);
        assertThat(setup.gauge("xg2g.gpu.slot.demand.ratio")).isEqualTo(1.5);
    }

    @Test
    void demandIsAbsentWithoutSlots() {
        // Given a device that faults while another request waits
        DispatcherSetup setup = with().devices(DispatcherSetup.gpu("only", 1)).start();
        assertThat(setup.gauge("xg2g.gpu.slot.demand.ratio")).isZero();

        setup.submit("a1", "a2");
        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        assertThat(setup.gauge("xg2g.gpu.slots")).isZero();
        assertThat(setup.registry.find("xg2g.gpu.slot.demand.ratio").gauge()).isNull();
    }

    /** increase() does not count the first value of a series. */
    @Test
    void everyOutcomeOfAnEncoderIsRegisteredBeforeItsFirstUnit() {
        DispatcherSetup setup = with().devices(
                        new DeviceCapacity(DispatcherSetup.gpu("one", 1).device(), 1, 0, 0, Set.of("h264_nvenc")))
                .start();

        for (String encoder : List.of("h264_nvenc", "mjpeg", "none")) {
            Stream.concat(
                            Stream.of("completed"),
                            Arrays.stream(Failure.Kind.values())
                                    .filter(kind -> !kind.ofWorker())
                                    .map(Failure.Kind::code))
                    .forEach(outcome -> assertThat(setup.registry
                                    .get("xg2g.transcode.latency")
                                    .tag("encoder", encoder)
                                    .tag("outcome", outcome)
                                    .timer()
                                    .count())
                            .as("%s %s", encoder, outcome)
                            .isZero());
        }
    }

    @Test
    void capacityIsTheMaximumOfWaitingRequests() {
        DispatcherSetup setup = with().workers(1).size(7).start();

        assertThat(setup.gauge("xg2g.gpu.queue.capacity")).isEqualTo(7);
    }

    @Test
    void waitingIsMeasuredFromSubmissionToStart() {
        DispatcherSetup setup = with().workers(1).start();
        setup.submit("x1", "a1");
        setup.time.advance(Duration.ofMillis(300));
        setup.slots.complete("x1");

        HistogramSnapshot waits = setup.registry
                .get("xg2g.gpu.queue.wait")
                .tag("priority", "1")
                .timer()
                .takeSnapshot();

        assertThat(waits.count()).isEqualTo(2);
        assertThat(waits.total(TimeUnit.MILLISECONDS)).isEqualTo(300);
        assertThat(Arrays.stream(waits.histogramCounts())
                        .map(bucket -> bucket.bucket(TimeUnit.SECONDS))
                        .toList())
                .contains(0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8);
        assertThat(Arrays.stream(waits.histogramCounts())
                        .filter(bucket -> bucket.bucket(TimeUnit.SECONDS) == 0.2)
                        .mapToDouble(CountAtBucket::count))
                .containsExactly(1.0);
        setup.slots.complete("a1");
        assertThat(waited(setup, "x1")).isZero();
        assertThat(waited(setup, "a1")).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void aMovedUnitHasOneWaitAndOneRunTimePerRun() {
        DispatcherSetup setup = with().devices(DispatcherSetup.gpu("bad", 2), DispatcherSetup.gpu("good", 1))
                .start();
        setup.submit("a1");
        setup.time.advance(Duration.ofSeconds(1));
        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);
        setup.time.advance(Duration.ofSeconds(2));
        setup.slots.complete("a1");

        assertThat(setup.registry
                        .get("xg2g.gpu.queue.wait")
                        .tag("priority", "1")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(ran(setup, "device-fault")).isEqualTo(1_000);
        assertThat(ran(setup, "completed")).isEqualTo(2_000);
        assertThat(((TranscodeResult.Completed) setup.answer("a1")).ran()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void everyRejectionReasonIsCounted() {
        DispatcherSetup setup = with().workers(1).size(2).start();
        setup.submit("x1");
        setup.preview("p1", "q1", "r1");
        setup.submit("a1");
        setup.dispatcher.cancel("p1");
        setup.time.advance(Duration.ofSeconds(30));
        setup.submit("b1");
        setup.dispatcher.drain();
        setup.submit("c1");

        assertThat(setup.rejections("full")).isEqualTo(1);
        assertThat(setup.rejections("displaced")).isEqualTo(1);
        assertThat(setup.rejections("cancelled")).isEqualTo(1);
        assertThat(setup.rejections("timeout")).isEqualTo(1);
        assertThat(setup.rejections("shutdown")).isEqualTo(2);
        assertThat(setup.rejections("no-device")).isZero();
    }

    @Test
    void gaugesOutliveGarbageCollection() {
        DispatcherSetup setup = with().start();
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        while (garbage.get() != null) {
            System.gc();
        }

        assertThat(setup.gauge("xg2g.gpu.slots")).isEqualTo(4);
        assertThat(setup.gauge("xg2g.gpu.queue.size", "priority", "0")).isZero();
    }

    @Test
    void retryAfterFollowsFromTheDrainRateOfTheQueue() {
        // Given units of 4 s in 2 slots, and 4 that wait
        DispatcherSetup setup = with().workers(2).size(4).start();
        setup.submit("x1");
        setup.time.advance(Duration.ofSeconds(4));
        setup.slots.complete("x1");
        assertThat(setup.dispatcher.snapshot().expectedWait()).isZero();
        setup.submit("y1", "z1", "a1", "b1", "c1", "d1");

        setup.submit("e1");

        assertThat(((TranscodeResult.Rejected) setup.answer("e1")).retryAfter()).isEqualTo(Duration.ofSeconds(10));
        assertThat(setup.dispatcher.snapshot().expectedWait()).isEqualTo(Duration.ofSeconds(10));
    }

    private static double ran(DispatcherSetup setup, String outcome) {
        return setup.registry
                .get("xg2g.transcode.latency")
                .tag("encoder", "h264_test")
                .tag("outcome", outcome)
                .timer()
                .totalTime(TimeUnit.MILLISECONDS);
    }

    private static Duration waited(DispatcherSetup setup, String id) {
        return ((TranscodeResult.Completed) setup.answer(id)).waited();
    }
}
