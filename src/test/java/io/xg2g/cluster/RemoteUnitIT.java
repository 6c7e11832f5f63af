package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.context.Context;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.xg2g.cluster.OfferBook.Slot;
import io.xg2g.dispatch.DispatcherForCluster;
import io.xg2g.dispatch.RemoteRun;
import io.xg2g.dispatch.StopSignal;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.Vendor;
import io.xg2g.process.ProcessPriority;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Units of a gateway at a worker, whose offers it has by another way than the broker. The gateway's time is that of the test. */
class RemoteUnitIT {
    private static final Duration LONG = Duration.ofMinutes(5);

    /** After which a transfer of a file that stands still fails. */
    private static final Duration STALL = Patience.seconds(1);

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final ManualTime time = new ManualTime();
    private final List<SlotOffer> offers = new CopyOnWriteArrayList<>();
    private final List<String> settled = new CopyOnWriteArrayList<>();
    private final List<StopSignal> stops = new ArrayList<>();
    private WorkerUnderTest worker;
    private GatewayUnderTest gateway;

    private final SlotOffers.Link link = new SlotOffers.Link() {
        @Override
        public int room() {
            return 100;
        }

        @Override
        public void offer(SlotOffer offer) {
            offers.add(offer);
        }

        @Override
        public void announce(WorkerStatus status) {}
    };

    @BeforeEach
    void start() throws Exception {
        ClusterSettings.Shared member = ClusterUnderTest.member("worker-0");
        worker = WorkerUnderTest.withoutBroker(
                vertx,
                member,
                1,
                Duration.ofMillis(20),
                directory.resolve("worker"),
                new InnerClient(vertx, ClusterUnderTest.signatures(member), STALL));
        gateway = new GatewayUnderTest(
                vertx, ClusterUnderTest.member("gateway-0"), 1, time, directory.resolve("gateway"));
        worker.offers.connected(() -> worker.offers.send(link));
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
        worker.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

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
        worker.kill();

        assertThat(kind(result(run(offer(0), gateway.unit())))).isEqualTo(Failure.Kind.SLOT_GONE);

        assertThat(settled).containsExactly("refuse");
        gateway.units.offered(offer(0), message(), _ -> settled.add("dispatched"));
        assertThat(settled).containsExactly("refuse", "refuse");
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
    void resultsOfAnAttemptThatHasEndedAreRefused() throws Exception {
        TranscodeUnit unit = gateway.unit();
        UnitFiles.Attempt attempt = gateway.files.open(unit);
        String origin = gateway.units.origin().get();
        String late = attempt.results(origin).get("720p");
        assertThat(put(late)).isEqualTo(204);
        assertThat(files(unit)).containsExactly("720p.part");

        attempt.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        attempt.delete();

        assertThat(put(late)).isEqualTo(410);
        assertThat(put(late.replace("results/0", "results/1"))).isEqualTo(401);
        assertThat(files(unit)).isEmpty();
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
    void aConnectionThatClosesWhileItsFileIsBeingOpenedHoldsNothing() throws Exception {
        TranscodeUnit unit = gateway.unit();
        Promise<Void> slowly = Promise.promise();
        gateway.disk = slowly.future();
        UnitFiles.Attempt attempt = gateway.files.open(unit);
        CompletableFuture<HttpClientResponse> put =
                sent(attempt.results(gateway.units.origin().get()).get("720p"));
        await(() -> assertThat(gateway.opening).hasValue(1));

        CompletableFuture<Void> closed = attempt.close().toCompletionStage().toCompletableFuture();
        await(() -> assertThat(put).isCompletedExceptionally());
        assertThat(closed).isNotDone();
        slowly.complete();

        await(() -> assertThat(closed).isDone());
        assertThat(attempt.isDiskFailing()).isFalse();
    }

    @Test
    void aDiskThatDoesNotAnswerDoesNotKeepTheOutcome() throws Exception {
        gateway.disk = Promise.<Void>promise().future();
        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), gateway.unit());
        await(() -> assertThat(gateway.opening).hasValue(1));
        DispatcherForCluster.stop(stops.getFirst());
        assertThat(outcome).isNotDone();

        time.advance(UnitCall.WRITTEN);

        assertThat(kind(result(outcome))).isEqualTo(Failure.Kind.STOPPED);
    }

    @Test
    void aGatewayThatDoesNotSendTheInputDoesNotHoldTheSlot() throws Exception {
        assertInputIsGivenUp(_ -> {});
    }

    @Test
    void aGatewayThatStopsWithinTheInputDoesNotHoldTheSlot() throws Exception {
        assertInputIsGivenUp(
                request -> request.response().putHeader("Content-Length", "1000").write("begin"));
    }

    private void assertInputIsGivenUp(Handler<HttpServerRequest> answer) throws Exception {
        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), gateway.unit(), through(answer));

        assertThat(kind(result(outcome))).isEqualTo(Failure.Kind.WORKER_LOST);
        assertThat(worker.encoder.begun).hasValue(0);
        assertThat(offer(1).id()).isNotEqualTo(offer(0).id());
        await(() -> assertThat(worker.files()).isZero());
    }

    @Test
    void aGatewayThatDoesNotTakeARenditionDoesNotHoldTheUnit() throws Exception {
        RemoteUnits stalled = through(request -> {
            if (request.method().equals(HttpMethod.GET)) {
                // More than the buffers of a connection take.
                request.response().end(Buffer.buffer(new byte[64 << 20]));
            } else {
                request.pause();
            }
        });

        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), gateway.unit(), stalled);

        assertThat(kind(result(outcome))).isEqualTo(Failure.Kind.WORKER_LOST);
        assertThat(worker.encoder.begun).hasValue(1);
        await(() -> assertThat(worker.files()).isZero());
    }

    @Test
    void aGatewayThatDoesNotAnswerToARenditionDoesNotHoldTheUnit() throws Exception {
        RemoteUnits stalled = through(request -> {
            if (request.method().equals(HttpMethod.GET)) {
                request.response().end("input");
            }
        });

        CompletableFuture<TranscodeOutcome> outcome = run(offer(0), gateway.unit(), stalled);

        assertThat(kind(result(outcome))).isEqualTo(Failure.Kind.WORKER_LOST);
        assertThat(worker.encoder.begun).hasValue(1);
        await(() -> assertThat(worker.files()).isZero());
    }

    @Test
    void aMalformedResultIsAFailureOfTheWorker() throws Exception {
        int port = ClusterUnderTest.serve(
                vertx, request -> request.response().end("{\"produced\":{\"encoder\":\"h264_test\"}}\n"));
        SlotOffer offer = new SlotOffer("offer", "worker-1", "127.0.0.1", port, "gpu0", Vendor.NVIDIA, "gpu0", 5);

        assertThat(kind(result(run(offer, gateway.unit())))).isEqualTo(Failure.Kind.WORKER_LOST);
    }

    /** Units whose files are at another server. */
    private RemoteUnits through(Handler<HttpServerRequest> files) {
        int port = ClusterUnderTest.serve(vertx, files);
        return new RemoteUnits(
                gateway.units.client(),
                gateway.files,
                gateway.workers,
                () -> "http://127.0.0.1:" + port,
                gateway.registry,
                time);
    }

    @Test
    void renditionsWhoseContentDiffersAreRefused() throws Exception {
        TranscodeUnit unit = gateway.unit();
        UnitFiles.Attempt attempt = gateway.files.open(unit);
        assertThat(put(attempt.results(gateway.units.origin().get()).get("720p")))
                .isEqualTo(204);
        attempt.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);

        for (UnitReport.Output wrong : List.of(
                output("720p", "mp4", 3, "00"),
                output("720p", "mp4", 2, SHA256),
                output("480p", "mp4", 3, SHA256),
                output("720p", "../mp4", 3, SHA256))) {
            assertThatThrownBy(() -> attempt.accept(List.of(wrong))).isInstanceOf(IOException.class);
        }
        assertThat(attempt.accept(List.of(output("720p", "mp4", 3, SHA256)))).hasSize(1);
    }

    @Test
    void aRequestThatIsNotSignedIsRefused() throws Exception {
        String origin = gateway.units.origin().get();

        assertThat(put(origin + "/cluster/files/1/results/0")).isEqualTo(401);
    }

    /** SHA-256 of {@code abc} (FIPS 180-2, appendix B.1). */
    private static final String SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static UnitReport.Output output(String name, String extension, long bytes, String sha256) {
        return new UnitReport.Output(name, extension, "video/mp4", bytes, 1280, 720, Duration.ofSeconds(2), sha256);
    }

    private final List<Double> progress = new CopyOnWriteArrayList<>();

    private CompletableFuture<TranscodeOutcome> run(SlotOffer offer, TranscodeUnit unit) {
        return run(offer, unit, gateway.units);
    }

    private CompletableFuture<TranscodeOutcome> run(SlotOffer offer, TranscodeUnit unit, RemoteUnits units) {
        StopSignal stop = new StopSignal();
        stops.add(stop);
        return run(offer, unit, units, stop);
    }

    private CompletableFuture<TranscodeOutcome> run(
            SlotOffer offer, TranscodeUnit unit, RemoteUnits units, StopSignal stop) {
        return new OfferedSlot(offer, message(), units)
                .run(new RemoteRun("request", 1, unit, ProcessPriority.NORMAL, progress::add, stop, Context.root()))
                .subscribeAsCompletionStage();
    }

    private OfferedSlot.Message message() {
        return new OfferedSlot.Message() {
            @Override
            public void accept() {
                settled.add("accept");
            }

            @Override
            public void release() {
                settled.add("release");
            }

            @Override
            public void refuse() {
                settled.add("refuse");
            }
        };
    }

    private SlotOffer offer(int number) {
        await(() -> assertThat(offers).hasSizeGreaterThan(number));
        return offers.get(number);
    }

    private int put(String url) throws Exception {
        return sent(url).get(60, TimeUnit.SECONDS).statusCode();
    }

    private CompletableFuture<HttpClientResponse> sent(String url) {
        return new InnerClient(vertx, ClusterUnderTest.signatures(ClusterUnderTest.member("worker-0")))
                .request(HttpMethod.PUT, url)
                .compose((HttpClientRequest opened) -> opened.send("abc"))
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static TranscodeOutcome result(CompletableFuture<TranscodeOutcome> outcome) throws Exception {
        return outcome.get(Patience.seconds(30).toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Failure.Kind kind(TranscodeOutcome outcome) {
        assertThat(outcome).isInstanceOf(TranscodeOutcome.Failed.class);
        return ((TranscodeOutcome.Failed) outcome).failure().kind();
    }

    private static List<String> files(TranscodeUnit unit) throws Exception {
        try (Stream<Path> all = Files.list(unit.outputDirectory())) {
            return all.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    private static void await(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Patience.seconds(30)).untilAsserted(assertion);
    }
}
