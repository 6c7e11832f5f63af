package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.vertx.core.Vertx;
import io.xg2g.dispatch.RemoteRun;
import io.xg2g.dispatch.StopSignal;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.process.ProcessPriority;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
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
import org.junit.jupiter.api.io.TempDir;

/** Worker, and gateway that has its offers by another way than the broker. The gateway's time is that of the test. */
abstract class WorkerAndGateway {
    /** After which a transfer of a file that stands still fails. */
    private static final Duration STALL = Patience.seconds(1);

    @TempDir
    Path directory;

    final Vertx vertx = Vertx.vertx();
    final ManualTime time = new ManualTime();
    final List<SlotOffer> offers = new CopyOnWriteArrayList<>();
    final List<String> settled = new CopyOnWriteArrayList<>();
    final List<StopSignal> stops = new ArrayList<>();
    WorkerUnderTest worker;
    GatewayUnderTest gateway;

    final SlotOffers.Link link = new SlotOffers.Link() {
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
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
    }

    final List<Double> progress = new CopyOnWriteArrayList<>();

    CompletableFuture<TranscodeOutcome> run(SlotOffer offer, TranscodeUnit unit) {
        return run(offer, unit, gateway.units);
    }

    CompletableFuture<TranscodeOutcome> run(SlotOffer offer, TranscodeUnit unit, RemoteUnits units) {
        StopSignal stop = new StopSignal();
        stops.add(stop);
        return run(offer, unit, units, stop);
    }

    CompletableFuture<TranscodeOutcome> run(SlotOffer offer, TranscodeUnit unit, RemoteUnits units, StopSignal stop) {
        return new OfferedSlot(offer, message(), units)
                .run(new RemoteRun("request", 1, unit, ProcessPriority.NORMAL, progress::add, stop, Context.root()))
                .subscribeAsCompletionStage();
    }

    OfferedSlot.Message message() {
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

    SlotOffer offer(int number) {
        await(() -> assertThat(offers).hasSizeGreaterThan(number));
        return offers.get(number);
    }

    static TranscodeOutcome result(CompletableFuture<TranscodeOutcome> outcome) throws Exception {
        return outcome.get(Patience.seconds(30).toMillis(), TimeUnit.MILLISECONDS);
    }

    static Failure.Kind kind(TranscodeOutcome outcome) {
        assertThat(outcome).isInstanceOf(TranscodeOutcome.Failed.class);
        return ((TranscodeOutcome.Failed) outcome).failure().kind();
    }

    static List<String> files(TranscodeUnit unit) throws Exception {
        try (Stream<Path> all = Files.list(unit.outputDirectory())) {
            return all.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    static void await(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Patience.seconds(30)).untilAsserted(assertion);
    }
}
