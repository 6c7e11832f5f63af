package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.xg2g.output.OutputException.Kind;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Outputs with real servers: Redis, RabbitMQ and Artemis, each scenario with all three at once. A consumer decodes every frame it gets.
 * Whatever the server does, every delivery ends by its deadline, what is not accepted is counted, and the output recovers by itself.
 */
class OutputsIT {
    /** Among them ids that begin or end like another one. */
    private static final List<String> CAMERAS = Stream.concat(
                    Stream.of("garten", "vorgarten", "garten-2", "g"),
                    IntStream.range(0, 6).mapToObj(number -> "camera-" + number))
            .toList();

    private static OutputServers servers;
    private static Vertx vertx;

    @BeforeAll
    static void start() {
        servers = OutputServers.start();
        vertx = Vertx.vertx();
        Stream.of(Target.values()).forEach(target -> target.server(servers).await());
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** A scenario with one target. */
    private interface Scenario {
        void run(Target target) throws Exception;
    }

    private static void withEach(Scenario scenario, Target... targets) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (Target target : targets) {
                running.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                scenario.run(target);
                            } catch (Exception | AssertionError failed) {
                                throw new AssertionError(target + ": " + failed.getMessage(), failed);
                            }
                        },
                        threads));
            }
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get(20, TimeUnit.MINUTES);
        }
    }

    @Test
    void everyFrameArrivesAndBelongsToItsCamera() throws Exception {
        withEach(target -> arrives(target, 100), Target.values());
    }

    @Test
    @Tag("nightly")
    void aHundredThousandFramesArriveAndBelongToTheirCameras() throws Exception {
        withEach(target -> arrives(target, 10_000), Target.values());
    }

    private static void arrives(Target target, int frames) throws Exception {
        try (OutputUnderTest output = start(target);
                FrameConsumer consumer = FrameConsumer.start(target, servers, vertx)) {
            output.awaitAccepting();
            List<CompletableFuture<?>> latest = new ArrayList<>();
            for (int sequence = 0; sequence < frames; sequence++) {
                for (String camera : CAMERAS) {
                    latest.add(output.deliver(new TestFrame(camera, sequence)));
                }
                // As many in flight as are allowed: two of each camera.
                if (sequence % 2 == 1) {
                    for (CompletableFuture<?> delivery : latest) {
                        delivery.handle((_, _) -> null).get(Patience.seconds(30).toMillis(), TimeUnit.MILLISECONDS);
                    }
                    latest.clear();
                }
            }
            output.awaitDeliveries();
            assertThat(output.failed).isEmpty();
            consumer.awaitAll(output.accepted);
            assertThat(consumer.wrong).isEmpty();
        }
    }

    @Test
    void aServerThatIsPausedLosesOnlyWhatIsCounted() throws Exception {
        withEach(target -> pauses(target, Target.TIMEOUT.plusSeconds(1)), Target.values());
    }

    @Test
    @Tag("nightly")
    void aServerThatIsPausedForAMinuteLosesOnlyWhatIsCounted() throws Exception {
        withEach(target -> pauses(target, Duration.ofSeconds(60)), Target.values());
    }

    private static void pauses(Target target, Duration pause) throws Exception {
        ServerProcess server = target.server(servers);
        try (OutputUnderTest output = start(target)) {
            output.awaitAccepting();
            server.pause();
            try {
                deliverFor(output, "garten", pause);
                output.awaitDeliveries();
                assertThat(output.accepted).isEmpty();
                assertThat(output.failures(Kind.TIMEOUT)).isPositive();
                assertThat(output.state().reason()).isNotNull();
            } finally {
                server.resume();
            }
            recovers(target, output);
        }
    }

    @Test
    void aServerThatIsKilledIsUsedAgainAfterItsRestart() throws Exception {
        withEach(target -> restarts(target, Duration.ZERO), Target.REDIS, Target.ARTEMIS);
    }

    @Test
    @Tag("nightly")
    void aServerThatIsGoneForAMinuteIsUsedAgain() throws Exception {
        withEach(target -> restarts(target, Duration.ofSeconds(60)), Target.values());
    }

    private static void restarts(Target target, Duration pause) throws Exception {
        ServerProcess server = target.server(servers);
        try (OutputUnderTest output = start(target)) {
            output.awaitAccepting();
            for (int sequence = 0; sequence < 50; sequence++) {
                output.deliver(new TestFrame("garten", sequence));
            }
            server.kill();
            Awaitility.await("noticed")
                    .atMost(Patience.seconds(30))
                    .until(() -> !output.state().connected());
            deliverFor(output, "vorgarten", pause);
            output.awaitDeliveries();
            server.start();
            server.await();
            recovers(target, output);
        }
    }

    /** Goes on delivering until the server accepts again, and compares what arrives. */
    private static void recovers(Target target, OutputUnderTest output) throws Exception {
        output.awaitAccepting();
        try (FrameConsumer consumer = FrameConsumer.start(target, servers, vertx)) {
            output.accepted.clear();
            int sequence = 1000;
            while (output.accepted.size() < 20) {
                output.deliver(new TestFrame("tor", sequence++))
                        .handle((_, _) -> null)
                        .get(30, TimeUnit.SECONDS);
                if (sequence > 10_000) {
                    throw new AssertionError("no recovery: " + output.state());
                }
            }
            consumer.awaitAll(output.accepted);
            assertThat(consumer.wrong).isEmpty();
        }
    }

    private static void deliverFor(OutputUnderTest output, String camera, Duration duration) throws Exception {
        long end = System.nanoTime() + duration.toNanos();
        for (int sequence = 0; System.nanoTime() - end < 0; sequence++) {
            output.deliver(new TestFrame(camera, sequence));
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    @Tag("nightly")
    void aConnectionThatGoesSilentIsReplaced() throws Exception {
        withEach(
                target -> {
                    try (ToxicProxy proxy =
                                    new ToxicProxy(target.server(servers).port());
                            OutputUnderTest output =
                                    target.start(vertx, proxy.port(), OutputServers.PASSWORD, Map.of())) {
                        output.awaitAccepting();
                        proxy.silence(true);
                        output.deliver(new TestFrame("garten", 1));
                        output.awaitDeliveries();
                        assertThat(output.failures(Kind.TIMEOUT)).isEqualTo(1);
                        proxy.cut();
                        proxy.silence(false);
                        recovers(target, output);
                    }
                },
                Target.values());
    }

    @Test
    @Tag("nightly")
    void aSlowConnectionLosesOnlyWhatIsCounted() throws Exception {
        withEach(
                target -> {
                    try (ToxicProxy proxy =
                                    new ToxicProxy(target.server(servers).port());
                            OutputUnderTest output = target.start(
                                    vertx, proxy.port(), OutputServers.PASSWORD, Map.of("in-flight", "8"));
                            FrameConsumer consumer = FrameConsumer.start(target, servers, vertx)) {
                        output.awaitAccepting();
                        proxy.slowDown(100);
                        deliverFor(output, "garten", Duration.ofSeconds(20));
                        output.awaitDeliveries();
                        proxy.slowDown(0);
                        assertThat(output.accepted).as("some").isNotEmpty();
                        assertThat(output.failed).as("others").isNotEmpty();
                        consumer.awaitAll(output.accepted);
                        assertThat(consumer.wrong).isEmpty();
                    }
                },
                Target.values());
    }

    @Test
    void wrongCredentialsAreShownAndRightOnesWork() throws Exception {
        withEach(
                target -> {
                    int port = target.server(servers).port();
                    try (OutputUnderTest output = target.start(vertx, port, "wrong", Map.of())) {
                        Awaitility.await("refused")
                                .atMost(Patience.seconds(60))
                                .until(() -> String.valueOf(output.state().reason())
                                        .matches(".*(user name or the password|WRONGPASS).*"));
                        output.deliver(new TestFrame("garten", 1));
                        output.awaitDeliveries();
                        assertThat(output.failures(Kind.NOT_CONNECTED)).isEqualTo(1);
                        assertThat(output.state().toString()).doesNotContain("wrong,");
                    }
                },
                Target.values());
    }

    @Test
    void whatAServerRefusesOrBlocksIsCountedAndShown() throws Exception {
        withEach(
                target -> {
                    switch (target) {
                        case REDIS -> redisWithoutMemory();
                        case RABBITMQ -> rabbitMqWithAnAlarm();
                        case ARTEMIS -> artemisWithoutCredit();
                    }
                },
                Target.values());
    }

    private static void redisWithoutMemory() throws Exception {
        try (OutputUnderTest output = start(Target.REDIS)) {
            output.awaitAccepting();
            servers.redisCli("CONFIG", "SET", "maxmemory", "1kb", "maxmemory-policy", "noeviction");
            try {
                output.deliver(new TestFrame("garten", 1));
                output.awaitDeliveries();
                assertThat(output.failures(Kind.REFUSED)).isEqualTo(1);
            } finally {
                servers.redisCli("CONFIG", "SET", "maxmemory", "256mb", "maxmemory-policy", "volatile-ttl");
            }
            recovers(Target.REDIS, output);
        }
    }

    private static void rabbitMqWithAnAlarm() throws Exception {
        try (OutputUnderTest output = start(Target.RABBITMQ)) {
            output.awaitAccepting();
            servers.rabbitmqctl("set_vm_memory_high_watermark", "absolute", "1000");
            try {
                deliverUntilBlocked(output);
            } finally {
                servers.rabbitmqctl("set_vm_memory_high_watermark", "0.4");
            }
            recovers(Target.RABBITMQ, output);
        }
    }

    /** A queue that nobody reads fills its address. */
    private static void artemisWithoutCredit() throws Exception {
        int port = servers.artemis.port();
        Map<String, String> addresses = Map.of("broker.address", "blocking.{exchange}.{key}");
        try (OutputUnderTest output = Target.ARTEMIS.start(vertx, port, OutputServers.PASSWORD, addresses);
                FrameConsumer.OfArtemis subscription = new FrameConsumer.OfArtemis(vertx, port, "blocking.cameras.#")) {
            output.awaitAccepting();
            subscription.pause();
            deliverUntilBlocked(output);
            subscription.resume();
            output.awaitAccepting();
            subscription.awaitAll(output.accepted);
            assertThat(subscription.wrong).isEmpty();
        }
    }

    private static void deliverUntilBlocked(OutputUnderTest output) throws Exception {
        long sequence = 0;
        while (output.state().accepts()) {
            CompletableFuture<?> delivery = output.deliver(new TestFrame("garten", sequence++));
            Awaitility.await()
                    .atMost(Patience.seconds(30))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> delivery.isDone() || !output.state().accepts());
        }
        assertThat(output.state().connected()).isTrue();
        assertThat(output.state().reason()).contains("accepts nothing");
        output.deliver(new TestFrame("garten", sequence));
        output.awaitDeliveries();
        assertThat(output.failures(Kind.BLOCKED)).isPositive();
    }

    private static OutputUnderTest start(Target target) {
        return target.start(vertx, target.server(servers).port(), OutputServers.PASSWORD, Map.of());
    }
}
