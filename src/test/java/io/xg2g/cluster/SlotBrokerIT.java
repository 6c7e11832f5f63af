package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.xg2g.connection.TestServers;
import io.xg2g.dispatch.DispatcherForCluster;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.http.ServerProcess;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways and workers in this process that share slots through the real Artemis; only the encoders are the test's. */
class SlotBrokerIT {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(10);

    /** Units of a stream beside previews; fewer than the queue of previews has. */
    private static final int ROUNDS = 25;

    private static final int UNITS = 1_000;
    private static final int AT_ONCE = 16;

    @TempDir
    private static Path logs;

    private static ServerProcess artemis;

    @TempDir
    private Path directory;

    /** Of the slots of one test: offers of the workers of another one may be left. */
    private final String address = "slots." + UUID.randomUUID();

    private final Vertx vertx = Vertx.vertx();
    private final List<GatewayUnderTest> gateways = new ArrayList<>();
    private final List<WorkerUnderTest> workers = new ArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();

    /** Requests in the order in which they got a slot. */
    private final List<String> started = new CopyOnWriteArrayList<>();

    /** Requests in the order of their results. */
    private final List<String> answered = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startTheBroker() {
        artemis = TestServers.artemis(logs);
        artemis.await();
    }

    @AfterAll
    static void stopTheBroker() {
        artemis.close();
    }

    @AfterEach
    void close() throws Exception {
        gateways.forEach(GatewayUnderTest::close);
        for (WorkerUnderTest worker : workers) {
            worker.close();
        }
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aSlotGoesToTheGatewayWithTheHighestLevel() throws Exception {
        GatewayUnderTest previews = gateway();
        GatewayUnderTest live = gateway();
        for (int number = 0; number < 20; number++) {
            submit(previews, "preview", Priority.PREVIEW, false);
        }
        submit(live, "normal", Priority.NORMAL, false);
        submit(live, "live", Priority.NORMAL, true);
        submit(live, "live", Priority.NORMAL, true);
        awaitDemand(previews, live);

        worker(1, SHORT);

        await(() -> assertThat(answered).hasSize(23));
        assertThat(started.stream().distinct()).containsExactly("live", "normal", "preview");
        assertThat(started.indexOf("normal")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void gatewaysWithEqualDemandGetEqualShares() throws Exception {
        GatewayUnderTest first = gateway();
        GatewayUnderTest second = gateway();
        for (int number = 0; number < 200; number++) {
            submit(first, "first", Priority.NORMAL, false);
            submit(second, "second", Priority.NORMAL, false);
        }
        awaitDemand(first, second);

        for (int number = 0; number < 3; number++) {
            worker(2, SHORT);
        }

        await(() -> assertThat(started).hasSizeGreaterThanOrEqualTo(200));
        long ofFirst = started.subList(0, 200).stream().filter("first"::equals).count();
        assertThat(ofFirst).isBetween(90L, 110L);
    }

    /** Each unit of the stream runs in the first slot that becomes free after it was submitted: it waits for one unit at most. */
    @Test
    void aPlayingStreamGetsTheNextSlotWhileTheOtherGatewayIsFullOfPreviews() throws Exception {
        GatewayUnderTest previews = gateway();
        GatewayUnderTest live = gateway();
        SteppedEncoder encoder = new SteppedEncoder();
        workers.add(WorkerUnderTest.direct(vertx, member("worker"), 2, encoder, directory.resolve("worker")));
        for (int number = 0; number < 2 * ROUNDS; number++) {
            submit(previews, "preview", Priority.PREVIEW, false);
        }
        await(() -> assertThat(encoder.begun).hasValue(2));

        for (int round = 0; round < ROUNDS; round++) {
            // A preview between two units of the stream, so that the credit of all links changes.
            assertThat(nextAfterOneEnds(encoder)).isEqualTo("preview");
            submit(live, "live", Priority.NORMAL, true);
            awaitDemand(live);
            assertThat(nextAfterOneEnds(encoder)).as("round %d", round).isEqualTo("live");
        }
    }

    /** Ends one of the units that run; returns what starts then. */
    private String nextAfterOneEnds(SteppedEncoder encoder) {
        int begun = encoder.begun.get();
        encoder.endOne();
        await(() -> assertThat(encoder.begun).hasValue(begun + 1));
        assertThat(started).hasSize(begun + 1);
        return started.getLast();
    }

    @Test
    void slotsWithoutDemandWaitAndAreTakenAtOnce() throws Exception {
        WorkerUnderTest worker = worker(2, SHORT);
        GatewayUnderTest gateway = gateway();
        await(() -> assertThat(gateway.workers.capacity(1).slots()).isEqualTo(2));

        assertThat(submit(gateway, "one", Priority.NORMAL, false)
                        .get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(TranscodeResult.Completed.class);
        assertThat(worker.encoder.begun).hasValue(1);
    }

    @Test
    void aSlotThatCameTooLateGoesToTheNextGateway() throws Exception {
        GatewayUnderTest impatient = gateway();
        CompletableFuture<TranscodeResult> cancelled = submit(impatient, "cancelled", Priority.NORMAL, false);
        awaitDemand(impatient);
        impatient.dispatcher.cancel("cancelled-1");
        cancelled.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
        GatewayUnderTest next = gateway();
        CompletableFuture<TranscodeResult> waiting = submit(next, "waiting", Priority.NORMAL, false);

        worker(1, SHORT);

        assertThat(waiting.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(TranscodeResult.Completed.class);
    }

    @Test
    void theSlotOfADeadGatewayIsOfferedAgain() throws Exception {
        GatewayUnderTest dying = gateway();
        WorkerUnderTest worker = worker(1, LONG);
        submit(dying, "dying", Priority.NORMAL, false);
        await(() -> assertThat(worker.encoder.begun).hasValue(1));

        dying.kill();
        await(() -> assertThat(worker.encoder.stopped).hasValue(1));
        worker.encoder.cost = SHORT;

        assertThat(submit(gateway(), "next", Priority.NORMAL, false)
                        .get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(TranscodeResult.Completed.class);
    }

    @Test
    void aUnitOfAKilledWorkerIsRedoneAndAnsweredOnce() throws Exception {
        GatewayUnderTest gateway = gateway();
        WorkerUnderTest dying = worker(1, LONG);
        CompletableFuture<TranscodeResult> result = submit(gateway, "unit", Priority.NORMAL, false);
        await(() -> assertThat(dying.encoder.begun).hasValue(1));
        WorkerUnderTest other = worker(1, SHORT);

        dying.kill();

        assertThat(result.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(TranscodeResult.Completed.class);
        assertThat(other.encoder.begun).hasValue(1);
        assertThat(answered).containsExactly("unit");
        assertThat(redone(gateway, "worker-lost")).isEqualTo(1);
    }

    @Test
    @Tag("nightly")
    void aUnitOfASilentWorkerIsRedone() throws Exception {
        GatewayUnderTest gateway = gateway();
        WorkerUnderTest silent = worker(1, LONG);
        CompletableFuture<TranscodeResult> result = submit(gateway, "unit", Priority.NORMAL, false);
        await(() -> assertThat(silent.encoder.begun).hasValue(1));
        worker(1, SHORT);

        silent.proxy.silence(true);

        assertThat(result.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(TranscodeResult.Completed.class);
        assertThat(redone(gateway, "worker-lost")).isEqualTo(1);
    }

    @Test
    void aWorkerThatEndsFinishesItsUnitsAndNothingIsRedone() throws Exception {
        GatewayUnderTest gateway = gateway();
        WorkerUnderTest ending = worker(2, Duration.ofMillis(300));
        List<CompletableFuture<TranscodeResult>> results = new ArrayList<>();
        for (int number = 0; number < 10; number++) {
            results.add(submit(gateway, "unit", Priority.NORMAL, false));
        }
        await(() -> assertThat(ending.encoder.begun.get()).isPositive());
        worker(2, SHORT);

        ending.terminate();

        for (CompletableFuture<TranscodeResult> result : results) {
            assertThat(result.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(TranscodeResult.Completed.class);
        }
        assertThat(ending.encoder.stopped).hasValue(0);
        assertThat(redone(gateway, "worker-lost")).isZero();
    }

    @Test
    void runningUnitsSurviveARestartOfTheBrokerAndOffersComeBack() throws Exception {
        GatewayUnderTest gateway = gateway();
        WorkerUnderTest worker = worker(1, Duration.ofSeconds(3));
        CompletableFuture<TranscodeResult> running = submit(gateway, "running", Priority.NORMAL, false);
        await(() -> assertThat(worker.encoder.begun).hasValue(1));

        artemis.kill();
        await(() -> assertThat(gateway.unavailable()).isPresent());
        CompletableFuture<TranscodeResult> waiting = submit(gateway, "waiting", Priority.NORMAL, false);
        assertThat(running.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(TranscodeResult.Completed.class);
        worker.encoder.cost = SHORT;
        artemis.start();
        artemis.await();

        assertThat(waiting.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(TranscodeResult.Completed.class);
        assertThat(gateway.unavailable()).isEmpty();
        assertThat(redone(gateway, "worker-lost")).isZero();
    }

    @Test
    @Tag("nightly")
    void offersThatNobodyTakesAreMadeAgain() throws Exception {
        WorkerUnderTest worker = worker(1, SHORT);
        await(() -> assertThat(worker.registry
                        .get("xg2g.cluster.slots.expired")
                        .counter()
                        .count())
                .isPositive());

        assertThat(submit(gateway(), "unit", Priority.NORMAL, false)
                        .get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(TranscodeResult.Completed.class);
    }

    /** As fast as this machine can, with many units at once, and more slots: none fails or is redone. */
    @Test
    @Tag("nightly")
    void manyUnitsGetASlotEachAndRunOnce() throws Exception {
        List<GatewayUnderTest> both = List.of(gateway(), gateway());
        for (int number = 0; number < 3; number++) {
            worker(AT_ONCE, SHORT);
        }
        Semaphore open = new Semaphore(AT_ONCE);
        List<CompletableFuture<TranscodeResult>> results = new ArrayList<>();

        for (int number = 0; number < UNITS; number++) {
            open.acquire();
            CompletableFuture<TranscodeResult> result = submit(both.get(number % 2), "unit", Priority.NORMAL, false);
            results.add(result);
            var _ = result.whenComplete((_, _) -> open.release());
        }

        for (CompletableFuture<TranscodeResult> result : results) {
            assertThat(result.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(TranscodeResult.Completed.class);
        }
        assertThat(workers.stream()
                        .mapToInt(worker -> worker.encoder.begun.get())
                        .sum())
                .isEqualTo(UNITS);
        both.forEach(gateway -> assertThat(redone(gateway, "worker-lost")).isZero());
    }

    private GatewayUnderTest gateway() throws IOException {
        String name = "gateway-" + gateways.size();
        GatewayUnderTest gateway =
                new GatewayUnderTest(vertx, member(name), 2, TimeSource.SYSTEM, directory.resolve(name)).start();
        gateways.add(gateway);
        await(() -> assertThat(gateway.unavailable()).isEmpty());
        return gateway;
    }

    private WorkerUnderTest worker(int slots, Duration cost) throws IOException {
        String name = "worker-" + workers.size();
        WorkerUnderTest worker = WorkerUnderTest.start(vertx, member(name), slots, cost, directory.resolve(name));
        workers.add(worker);
        return worker;
    }

    private ClusterSettings.Shared member(String name) {
        return ClusterUnderTest.member(name, address, artemis.port(), TestServers.USER, TestServers.PASSWORD);
    }

    private CompletableFuture<TranscodeResult> submit(
            GatewayUnderTest gateway, String name, Priority priority, boolean isDue) throws IOException {
        TranscodeUnit unit = gateway.unit();
        TranscodeRequest request = DispatcherForCluster.request(
                name + "-" + ids.incrementAndGet(), "client", priority, unit, isDue, () -> started.add(name));
        CompletableFuture<TranscodeResult> result =
                gateway.dispatcher.submit(request).subscribeAsCompletionStage();
        var _ = result.thenAccept(_ -> answered.add(name));
        return result;
    }

    /** Waits until the broker knows what the gateways want. */
    private static void awaitDemand(GatewayUnderTest... gateways) {
        List.of(gateways).forEach(GatewayUnderTest::awaitBroker);
    }

    private static double redone(GatewayUnderTest gateway, String reason) {
        return gateway.registry.find("xg2g.cluster.units.redone").tag("reason", reason).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private static void await(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Patience.seconds(60)).untilAsserted(assertion);
    }
}
