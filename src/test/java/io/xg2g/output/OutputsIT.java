package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.camera.CameraStatus;
import io.xg2g.connection.ConnectionException.Kind;
import io.xg2g.http.ServerProcess;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
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

    /** A deadline that no busy machine exceeds, the longest allowed. */
    private static final Map<String, String> QUIET = Map.of("timeout", "60s");

    private static OutputScenarios with;

    @BeforeAll
    static void start() {
        with = new OutputScenarios();
    }

    @AfterAll
    static void stop() throws Exception {
        with.close();
    }

    @Test
    void everyFrameArrivesAndBelongsToItsCamera() throws Exception {
        OutputScenarios.withEach(target -> arrives(target, 50), Target.values());
    }

    @Test
    @Tag("nightly")
    void aHundredThousandFramesArriveAndBelongToTheirCameras() throws Exception {
        OutputScenarios.withEach(target -> arrives(target, 10_000), Target.values());
    }

    private static void arrives(Target target, int frames) throws Exception {
        try (OutputUnderTest output = with.start(target, QUIET);
                FrameConsumer consumer = FrameConsumer.start(target, with.servers, with.vertx)) {
            output.awaitAccepting();
            List<CompletableFuture<?>> latest = new ArrayList<>();
            for (int sequence = 0; sequence < frames; sequence++) {
                for (String camera : CAMERAS) {
                    latest.add(output.deliver(new TestFrame(camera, sequence)));
                }
                // As many in flight as are allowed: two of each camera.
                if (sequence % 2 == 1) {
                    for (CompletableFuture<?> delivery : latest) {
                        delivery.handle((_, _) -> null).get(Patience.seconds(90).toSeconds(), TimeUnit.SECONDS);
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
        OutputScenarios.withEach(target -> pauses(target, Target.TIMEOUT.plusSeconds(1)), Target.values());
    }

    @Test
    @Tag("nightly")
    void aServerThatIsPausedForAMinuteLosesOnlyWhatIsCounted() throws Exception {
        OutputScenarios.withEach(target -> pauses(target, Duration.ofSeconds(60)), Target.values());
    }

    private static void pauses(Target target, Duration pause) throws Exception {
        ServerProcess server = target.server(with.servers);
        try (OutputUnderTest output = with.start(target, Map.of())) {
            output.awaitAccepting();
            server.pause();
            try {
                OutputScenarios.deliverFor(output, "garten", pause);
                output.awaitDeliveries();
                assertThat(output.accepted).isEmpty();
                assertThat(output.failures(Kind.TIMEOUT)).isPositive();
                assertThat(output.state().reason()).isNotNull();
            } finally {
                server.resume();
            }
            with.recovers(target, output);
        }
    }

    @Test
    void aServerThatIsKilledIsUsedAgainAfterItsRestart() throws Exception {
        OutputScenarios.withEach(target -> restarts(target, Duration.ZERO), Target.REDIS, Target.ARTEMIS);
    }

    @Test
    @Tag("nightly")
    void aServerThatIsGoneForAMinuteIsUsedAgain() throws Exception {
        OutputScenarios.withEach(target -> restarts(target, Duration.ofSeconds(60)), Target.values());
    }

    private static void restarts(Target target, Duration pause) throws Exception {
        ServerProcess server = target.server(with.servers);
        try (OutputUnderTest output = with.start(target, Map.of())) {
            output.awaitAccepting();
            for (int sequence = 0; sequence < 50; sequence++) {
                output.deliver(new TestFrame("garten", sequence));
            }
            server.kill();
            Awaitility.await("noticed")
                    .atMost(Patience.seconds(30))
                    .until(() -> !output.state().connected());
            OutputScenarios.deliverFor(output, "vorgarten", pause);
            output.awaitDeliveries();
            server.start();
            server.await();
            with.recovers(target, output);
        }
    }

    @Test
    @Tag("nightly")
    void aConnectionThatGoesSilentIsReplaced() throws Exception {
        OutputScenarios.withEach(
                target -> {
                    try (ToxicProxy proxy =
                                    new ToxicProxy(target.server(with.servers).port());
                            OutputUnderTest output =
                                    target.start(with.vertx, proxy.port(), OutputServers.PASSWORD, Map.of())) {
                        output.awaitAccepting();
                        proxy.silence(true);
                        output.deliver(new TestFrame("garten", 1));
                        output.awaitDeliveries();
                        assertThat(output.failures(Kind.TIMEOUT)).isEqualTo(1);
                        proxy.cut();
                        proxy.silence(false);
                        with.recovers(target, output);
                    }
                },
                Target.values());
    }

    @Test
    @Tag("nightly")
    void aSlowConnectionLosesOnlyWhatIsCounted() throws Exception {
        OutputScenarios.withEach(
                target -> {
                    try (ToxicProxy proxy =
                                    new ToxicProxy(target.server(with.servers).port());
                            OutputUnderTest output = target.start(
                                    with.vertx, proxy.port(), OutputServers.PASSWORD, Map.of("in-flight", "8"));
                            FrameConsumer consumer = FrameConsumer.start(target, with.servers, with.vertx)) {
                        output.awaitAccepting();
                        proxy.slowDown(100);
                        OutputScenarios.deliverFor(output, "garten", Duration.ofSeconds(20));
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
        OutputScenarios.withEach(
                target -> {
                    int port = target.server(with.servers).port();
                    try (OutputUnderTest output = target.start(with.vertx, port, "wrong", Map.of())) {
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
        OutputScenarios.withEach(
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
        try (OutputUnderTest output = with.start(Target.REDIS, QUIET)) {
            output.awaitAccepting();
            with.servers.redisCli("CONFIG", "SET", "maxmemory", "1kb", "maxmemory-policy", "noeviction");
            try {
                output.deliver(new TestFrame("garten", 1));
                output.awaitDeliveries();
                assertThat(output.failures(Kind.REFUSED)).isEqualTo(1);
            } finally {
                with.servers.redisCli("CONFIG", "SET", "maxmemory", "256mb", "maxmemory-policy", "volatile-ttl");
            }
            with.recovers(Target.REDIS, output);
        }
    }

    private static void rabbitMqWithAnAlarm() throws Exception {
        try (OutputUnderTest output = with.start(Target.RABBITMQ, Map.of())) {
            output.awaitAccepting();
            with.servers.rabbitmqctl("set_vm_memory_high_watermark", "absolute", "1000");
            try {
                OutputScenarios.deliverUntilBlocked(output);
            } finally {
                with.servers.rabbitmqctl("set_vm_memory_high_watermark", "0.4");
            }
            with.recovers(Target.RABBITMQ, output);
        }
    }

    /** A queue that nobody reads fills its address. */
    private static void artemisWithoutCredit() throws Exception {
        int port = with.servers.artemis.port();
        Map<String, String> addresses = Map.of("broker.address", "blocking.{exchange}.{key}");
        try (OutputUnderTest output = Target.ARTEMIS.start(with.vertx, port, OutputServers.PASSWORD, addresses);
                FrameConsumer.OfArtemis subscription =
                        new FrameConsumer.OfArtemis(with.vertx, port, "blocking.cameras.#")) {
            output.awaitAccepting();
            subscription.pause();
            OutputScenarios.deliverUntilBlocked(output);
            subscription.resume();
            output.awaitAccepting();
            subscription.awaitAll(output.accepted);
            assertThat(subscription.wrong).isEmpty();
        }
    }

    @Test
    void metadataNameFramesThatRedisHas() throws Exception {
        Map<String, String> keys = new TreeMap<>(QUIET);
        keys.putAll(Target.REDIS.settings(with.servers.redis.port(), OutputServers.PASSWORD));
        keys.putAll(Target.RABBITMQ.settings(with.servers.rabbit.port(), OutputServers.PASSWORD));
        try (OutputUnderTest output = new OutputUnderTest(Target.REDIS, TestOutputConfig.of(keys), with.vertx);
                BrokerQueue metadata = new BrokerQueue(with.servers.rabbit.port(), "camera.metadata");
                RespClient store = new RespClient(with.servers.redis.port())) {
            store.text("AUTH", OutputServers.PASSWORD);
            store.text("SELECT", "1");
            output.awaitAccepting();
            Awaitility.await()
                    .atMost(Patience.seconds(60))
                    .until(() -> output.broker.state().orElseThrow().accepts());
            for (int sequence = 0; sequence < 20; sequence++) {
                output.deliver(new TestFrame("garten", sequence))
                        .get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
                JsonNode message = metadata.next();
                byte[] stored = store.bytes("GET", message.path("redis_key").asText());
                assertThat(TestFrame.sequenceIn(stored, "garten"))
                        .isEqualTo(message.path("sequence").asLong())
                        .isEqualTo(sequence);
            }
            assertThat(store.text("GET", "xg2g:frames:garten:latest")).endsWith(":19");
            assertThat(Long.parseLong(store.text("PTTL", "xg2g:frames:garten:latest")))
                    .isBetween(1L, 86_400_000L);
            assertThat(output.registry
                            .get("xg2g.camera.redis.limit.bytes")
                            .gauge()
                            .value())
                    .isEqualTo(256 << 20);

            with.servers.redisCli("CONFIG", "SET", "maxmemory", "1kb", "maxmemory-policy", "noeviction");
            try {
                output.deliver(new TestFrame("garten", 20))
                        .handle((_, _) -> null)
                        .get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
            } finally {
                with.servers.redisCli("CONFIG", "SET", "maxmemory", "256mb", "maxmemory-policy", "volatile-ttl");
            }
            output.deliver(new TestFrame("garten", 21)).get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
            assertThat(metadata.next().path("sequence").asLong()).isEqualTo(21);
        }
    }

    @Test
    void eventsOfBeforeTheConnectionArePublishedWithIt() throws Exception {
        Map<String, String> keys = new TreeMap<>(QUIET);
        keys.putAll(Target.RABBITMQ.settings(with.servers.rabbit.port(), OutputServers.PASSWORD));
        Broker broker = new Broker(TestOutputConfig.of(keys), with.vertx, new SimpleMeterRegistry());
        StatusAnnouncer announcer = new StatusAnnouncer(broker, "1.2", TimeSource.SYSTEM);
        try (BrokerQueue events = new BrokerQueue(with.servers.rabbit.port(), "camera.status")) {
            announcer.changed(status(CameraStatus.State.LOST));
            broker.start(announcer::connected);
            assertThat(events.awaitState("lost").path("camera_id").asText()).isEqualTo("tor");
            assertThat(events.awaitState("running").path("cameras").path("lost").asInt())
                    .isEqualTo(1);
            announcer.changed(status(CameraStatus.State.LIVE));
            events.awaitState("live");
            announcer.stopping();
            events.awaitState("stopping");
        } finally {
            broker.close();
        }
    }

    private static CameraStatus status(CameraStatus.State state) {
        return new CameraStatus("tor", "Gate", state, null, Instant.now());
    }
}
