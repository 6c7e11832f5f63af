package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.cluster.OfferBook.Slot;
import io.xg2g.dispatch.DispatcherForCluster;
import io.xg2g.dispatch.StopSignal;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.Vendor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Units of a gateway at a worker. The tests wait most of the time, each with servers of its own, so they run at once. */
@Execution(ExecutionMode.CONCURRENT)
class RemoteUnitIT extends WorkerAndGateway {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void aUnitIsEncodedAndItsSlotOfferedAgain() throws Exception {
        TranscodeUnit unit = gateway.unit();

        TranscodeOutcome outcome = result(run(offer(0), unit));

        assertThat(outcome).isInstanceOfSatisfying(TranscodeOutcome.Produced.class, produced -> {
            assertThat(produced.encoder()).isEqualTo("h264_test");
            assertThat(produced.renditions()).singleElement().satisfies(rendition -> {
                assertThat(rendition.name()).isEqualTo("720p");
                assertThat(rendition.file())
                        .isEqualTo(unit.outputDirectory().resolve("720p.mp4"))
                        .hasSameBinaryContentAs(unit.input());
            });
        });
        assertThat(files(unit)).containsExactly("720p.mp4");
        assertThat(settled).containsExactly("accept");
        assertThat(offer(1).id()).isNotEqualTo(offer(0).id());
        Awaitility.await().untilAsserted(() -> assertThat(worker.files()).isZero());
        assertThat(gateway.registry.get("xg2g.cluster.hop").timer().count()).isEqualTo(1);
    }

    @Test
    void anOfferThatIsNotCurrentStartsNothing() throws Exception {
        Slot other = worker.offers.take(offer(0).id()).orElseThrow();

        TranscodeOutcome outcome = result(run(offer(0), gateway.unit()));

        assertThat(kind(outcome)).isEqualTo(Failure.Kind.SLOT_GONE);
        assertThat(settled).containsExactly("accept");
        assertThat(worker.encoder.begun).hasValue(0);
        worker.offers.free(other);
    }

    @Test
    void aWorkerThatEndsStartsNothing() throws Exception {
        worker.offers.close();

        assertThat(kind(result(run(offer(0), gateway.unit())))).isEqualTo(Failure.Kind.SLOT_GONE);
    }

    @Test
    void aWorkerThatCannotBeReachedIsAvoidedUntilItAnnouncesItself() throws Exception {
        gateway.workers.announced(new WorkerStatus("worker-0", "127.0.0.1", 8090, 1, 0, 1));
        gateway.workers.announced(new WorkerStatus("worker-1", "127.0.0.1", 8091, 1, 0, 1));
        worker.kill();

        assertThat(kind(result(run(offer(0), gateway.unit())))).isEqualTo(Failure.Kind.SLOT_GONE);

        assertThat(settled).containsExactly("refuse");
        assertThat(gateway.workers.isAway("worker-0")).isTrue();
        gateway.workers.announced(new WorkerStatus("worker-0", "127.0.0.1", 8090, 1, 0, 1));
        gateway.units.offered(offer(0), message(), _ -> settled.add("dispatched"));
        assertThat(settled).endsWith("dispatched");
    }

    @Test
    void aStoppedUnitEndsAtTheWorkerAndItsFilesAreDeleted() throws Exception {
        worker.encoder.cost = LONG;
        TranscodeUnit unit = gateway.unit();
        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), unit);
        await(() -> assertThat(worker.encoder.begun).hasValue(1));

        DispatcherForCluster.stop(stops.getFirst());

        assertThat(kind(result(outcome))).isEqualTo(Failure.Kind.STOPPED);
        assertThat(files(unit)).isEmpty();
        await(() -> assertThat(worker.encoder.stopped).hasValue(1));
        await(() -> assertThat(worker.files()).isZero());
        await(() -> assertThat(offers).hasSize(2));
    }

    @Test
    void aWorkerThatIsKilledIsLost() throws Exception {
        worker.encoder.cost = LONG;
        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), gateway.unit());
        await(() -> assertThat(worker.encoder.begun).hasValue(1));

        worker.kill();

        assertThat(kind(result(outcome))).isEqualTo(Failure.Kind.WORKER_LOST);
    }

    @Test
    void aWorkerThatIsSilentForThreeSecondsIsLost() throws Exception {
        worker.encoder.cost = LONG;
        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), gateway.unit());
        await(() -> assertThat(settled).containsExactly("accept"));
        worker.proxy.silence(true);

        time.advance(UnitCall.SILENCE);
        assertThat(outcome).isNotDone();
        time.advance(Duration.ofMillis(200));

        assertThat(kind(result(outcome))).isEqualTo(Failure.Kind.WORKER_LOST);
    }

    @Test
    void aWorkerThatReportsIsNotLost() throws Exception {
        worker.encoder.cost = LONG;
        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), gateway.unit());
        for (int second = 0; second < 3; second++) {
            time.advance(Duration.ofMillis(2_900));
            int seen = progress.size();
            await(() -> assertThat(progress).hasSizeGreaterThan(seen));
        }

        assertThat(outcome).isNotDone();
        DispatcherForCluster.stop(stops.getFirst());
        result(outcome);
    }

    @Test
    void aUnitThatWasStoppedBeforeItIsSentIsNotBegun() throws Exception {
        StopSignal stop = new StopSignal();
        DispatcherForCluster.stop(stop);

        assertThat(kind(result(run(offer(0), gateway.unit(), gateway.units, stop))))
                .isEqualTo(Failure.Kind.STOPPED);

        assertThat(settled).containsExactly("release");
        assertThat(result(run(offer(0), gateway.unit()))).isInstanceOf(TranscodeOutcome.Produced.class);
        assertThat(worker.encoder.begun).hasValue(1);
    }

    @Test
    void aMalformedResultIsAFailureOfTheWorker() throws Exception {
        int port = ClusterUnderTest.serve(
                vertx, request -> request.response().end("{\"produced\":{\"encoder\":\"h264_test\"}}\n"));
        SlotOffer offer = new SlotOffer("offer", "worker-1", "127.0.0.1", port, "gpu0", Vendor.NVIDIA, "gpu0", 5);

        assertThat(kind(result(run(offer, gateway.unit())))).isEqualTo(Failure.Kind.WORKER_LOST);
    }
}
