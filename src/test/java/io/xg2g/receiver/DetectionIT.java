package io.xg2g.receiver;

import static io.xg2g.receiver.ReceiverSetup.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.receiver.Detection.Found;
import io.xg2g.receiver.Detection.NotFound;
import io.xg2g.receiver.ReceiverSimulator.Port;
import io.xg2g.receiver.ReceiverSimulator.SecondStream;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that each behaviour of a receiver results in the right port or the right error. */
@Timeout(300)
class DetectionIT {
    private static final Path MEDIA = TestMedia.mpeg2();
    private static final SimulatedAnswer STREAM = SimulatedAnswer.stream(MEDIA);
    private static final SimulatedAnswer SCRAMBLED = new SimulatedAnswer.Scrambled(MEDIA);
    private static final SimulatedAnswer NOT_THERE = new SimulatedAnswer.Status(404);

    private SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private ReceiverSimulator box;
    private Receiver receiver;

    @BeforeEach
    void start() {
        box = ReceiverSimulator.start(MEDIA);
        box.credentials("root", "s3cret");
        receiver = ReceiverSetup.receiver(box, ReceiverSetup.BREAKER, registry);
    }

    @AfterEach
    void stop() {
        receiver.close();
        box.close();
    }

    static Stream<Arguments> streams() {
        return Stream.of(
                Arguments.of("both ports give it", STREAM, STREAM, false, Port.STREAM),
                Arguments.of("both ports give it, and it is on the white list", STREAM, STREAM, true, Port.RELAY),
                Arguments.of("200 with HTML at the first", new SimulatedAnswer.Html(), STREAM, false, Port.RELAY),
                Arguments.of("200 with nothing at the first", new SimulatedAnswer.Silence(), STREAM, false, Port.RELAY),
                Arguments.of("scrambled at the first", SCRAMBLED, STREAM, false, Port.RELAY),
                Arguments.of("the first hangs", new SimulatedAnswer.Hang(), STREAM, false, Port.RELAY),
                Arguments.of("the relay scrambles, the port does not", STREAM, SCRAMBLED, true, Port.STREAM),
                Arguments.of(
                        "the relay starts slowly",
                        SCRAMBLED,
                        new SimulatedAnswer.Stream(MEDIA, ReceiverSetup.TIMEOUT.multipliedBy(2)),
                        true,
                        Port.RELAY));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    @Tag("smoke")
    void theStreamIsDetectedAtTheRightPort(
            String what, SimulatedAnswer stream, SimulatedAnswer relay, boolean listed, Port expected)
            throws InterruptedException {
        answers(stream, relay, listed);

        Detection detection = receiver.detect(service(1));

        assertThat(detection).isInstanceOfSatisfying(Found.class, found -> {
            assertThat(found.port()).isEqualTo(box.port(expected));
            assertThat(found.address())
                    .hasToString("http://127.0.0.1:" + found.port() + "/1:0:19:1:3EF:1:C00000:0:0:0:");
            assertThat(found.toString()).doesNotContain("Authorization");
        });
        assertThat(box.probed()).allMatch(asked -> asked.method().equals("GET"));
        assertThat(box.probed().getFirst().reference()).isEqualTo(service(1).text());
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(SCRAMBLED, SCRAMBLED, DetectionError.SCRAMBLED, false),
                Arguments.of(SCRAMBLED, NOT_THERE, DetectionError.SCRAMBLED, false),
                Arguments.of(NOT_THERE, NOT_THERE, DetectionError.HTTP_STATUS, false),
                Arguments.of(new SimulatedAnswer.Status(503), NOT_THERE, DetectionError.HTTP_STATUS, true),
                Arguments.of(new SimulatedAnswer.Status(401), NOT_THERE, DetectionError.UNAUTHORIZED, false),
                Arguments.of(new SimulatedAnswer.Html(), new SimulatedAnswer.Html(), DetectionError.INVALID_TS, true),
                Arguments.of(new SimulatedAnswer.Broken(MEDIA), NOT_THERE, DetectionError.INVALID_TS, true),
                Arguments.of(
                        new SimulatedAnswer.Silence(), new SimulatedAnswer.Silence(), DetectionError.TIMEOUT, true),
                Arguments.of(new SimulatedAnswer.Hang(), new SimulatedAnswer.Hang(), DetectionError.TIMEOUT, true),
                Arguments.of(new SimulatedAnswer.Close(), new SimulatedAnswer.Close(), DetectionError.REFUSED, true));
    }

    @ParameterizedTest(name = "{2}: {0}, {1}")
    @MethodSource("failures")
    void aFailureHasItsErrorAndIsCounted(
            SimulatedAnswer stream, SimulatedAnswer relay, DetectionError error, boolean retryable)
            throws InterruptedException {
        answers(stream, relay, false);

        Detection detection = receiver.detect(service(1));

        assertThat(detection).isInstanceOfSatisfying(NotFound.class, notFound -> {
            assertThat(notFound.error()).isEqualTo(error);
            assertThat(notFound.retryable()).isEqualTo(retryable);
            assertThat(notFound.detail()).contains("port " + box.port(Port.STREAM), "port " + box.port(Port.RELAY));
        });
        assertThat(counted(Port.STREAM, error) + counted(Port.RELAY, error)).isPositive();
        assertThat(box.probed()).hasSize(2);
        // And it is cached
        assertThat(receiver.detect(service(1))).isEqualTo(detection);
        assertThat(box.probed()).hasSize(2);
    }

    @Test
    void aClosedPortIsRefused() throws InterruptedException {
        box.refuse(Port.STREAM);
        box.refuse(Port.RELAY);
        assertThat(receiver.detect(service(1)))
                .isInstanceOfSatisfying(
                        NotFound.class, notFound -> assertThat(notFound.error()).isEqualTo(DetectionError.REFUSED));
    }

    @Test
    void aHundredServicesAreDetectedOneConnectionAtATime() throws Exception {
        // Given a receiver that refuses a second connection, and services half of which need both ports
        box.secondStream(SecondStream.IS_REFUSED);
        IntStream.range(0, 100)
                .filter(i -> i % 2 == 0)
                .forEach(i -> box.answer(Port.STREAM, service(i).text(), SCRAMBLED));
        List<Future<Detection>> detections;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            detections = IntStream.range(0, 100)
                    .mapToObj(i -> threads.submit(() -> receiver.detect(service(i))))
                    .toList();
        }

        // Then
        for (Future<Detection> detection : detections) {
            assertThat(detection.get()).isInstanceOf(Found.class);
        }
        assertThat(box.maxConcurrentStreams()).isEqualTo(1);
        assertThat(box.probed()).hasSize(150);
        assertThat(box.maxConcurrentRequests()).isEqualTo(1);
    }

    @Test
    void concurrentDetectionsOfAServiceShareOneProbe() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                threads.execute(() -> {
                    try {
                        receiver.detect(service(1));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
        }
        assertThat(box.probed()).hasSize(1);
    }

    @Test
    void aRunningStreamIsNotDisturbedByProbes() throws Exception {
        // Given a receiver with max-streams 1 and one open stream
        box.secondStream(SecondStream.ENDS_THE_FIRST);
        receiver.close();
        receiver = new Receiver(
                ReceiverSetup.settings(box, 1),
                ReceiverSetup.BREAKER,
                new ReceiverMetrics(registry),
                TimeSource.SYSTEM,
                _ -> {});
        Found found = (Found) receiver.detect(service(1));
        try (HttpClient client = HttpClient.newHttpClient();
                StreamPermit _ = receiver.stream().orElseThrow()) {
            InputStream running = client.send(request(found), HttpResponse.BodyHandlers.ofInputStream())
                    .body();
            assertThat(running.readNBytes(18_800)).hasSize(18_800);

            // When another one is detected
            Detection other = receiver.detect(service(2));

            // Then
            assertThat(other)
                    .isInstanceOfSatisfying(
                            NotFound.class, busy -> assertThat(busy.error()).isEqualTo(DetectionError.BUSY));
            assertThat(receiver.stream()).isEmpty();
            assertThat(running.readNBytes(18_800)).hasSize(18_800);
            running.close();
        }
        await().until(() -> box.openStreams() == 0);
        assertThat(receiver.detect(service(2))).isInstanceOf(Found.class);
    }

    @Test
    void anEvictedServiceIsProbedAtItsLastPortFirst() throws InterruptedException {
        answers(SCRAMBLED, STREAM, false);
        receiver.detect(service(1));
        receiver.forget(service(1));
        assertThat(receiver.detect(service(1))).isInstanceOf(Found.class);
        assertThat(box.probed())
                .extracting(ReceiverSimulator.Asked::port)
                .containsExactly(Port.STREAM, Port.RELAY, Port.RELAY);
    }

    @Test
    void fiveFailuresOpenTheBreakerAndTheOtherPortServesMeanwhile() throws InterruptedException {
        // Given
        BreakerSettings quick = new BreakerSettings(5, Patience.seconds(3), 3);
        receiver.close();
        registry = new SimpleMeterRegistry();
        receiver = ReceiverSetup.receiver(box, quick, registry);
        box.refuse(Port.STREAM);
        for (int i = 0; i < 5; i++) {
            assertThat(breakerOf(Port.STREAM)).isEqualTo("closed");
            assertFoundAt(Port.RELAY, i);
        }

        // Then the breaker is open, and the port is not probed although it would respond again
        assertThat(breakerOf(Port.STREAM)).isEqualTo("open");
        box.listen(Port.STREAM);
        assertFoundAt(Port.RELAY, 10);
        assertThat(counted(Port.STREAM, DetectionError.CIRCUIT_OPEN)).isEqualTo(1);
        assertThat(level(Port.STREAM)).isEqualTo(2);

        // When the delay is over, three successes close it
        await().until(() -> breakerOf(Port.STREAM).equals("half-open"));
        for (int i = 20; i < 23; i++) {
            assertThat(breakerOf(Port.STREAM)).isEqualTo("half-open");
            assertFoundAt(Port.STREAM, i);
        }
        assertThat(breakerOf(Port.STREAM)).isEqualTo("closed");
        assertThat(level(Port.STREAM)).isZero();
    }

    @Test
    void oneBadServiceNeverOpensABreaker() throws InterruptedException {
        for (SimulatedAnswer bad : List.of(
                SCRAMBLED,
                NOT_THERE,
                new SimulatedAnswer.Html(),
                new SimulatedAnswer.Broken(MEDIA),
                new SimulatedAnswer.Silence())) {
            answers(bad, new SimulatedAnswer.Html(), false);
            for (int i = 0; i < 8; i++) {
                receiver.forget(service(1));
                assertThat(receiver.detect(service(1))).isInstanceOf(NotFound.class);
            }
        }
        assertThat(breakerOf(Port.STREAM)).isEqualTo("closed");
        assertThat(breakerOf(Port.RELAY)).isEqualTo("closed");
    }

    private void answers(SimulatedAnswer stream, SimulatedAnswer relay, boolean listed) {
        box.answer(Port.STREAM, stream);
        box.answer(Port.RELAY, relay);
        if (listed) {
            box.whitelist("# relayed", service(1).text());
        }
    }

    private void assertFoundAt(Port port, int service) throws InterruptedException {
        assertThat(receiver.detect(service(service)))
                .isInstanceOfSatisfying(
                        Found.class, found -> assertThat(found.port()).isEqualTo(box.port(port)));
    }

    private String breakerOf(Port port) {
        return receiver.ports().stream()
                .filter(each -> each.number() == box.port(port))
                .findFirst()
                .orElseThrow()
                .breaker()
                .state();
    }

    private double counted(Port port, DetectionError error) {
        return registry.get("xg2g.stream.detection.errors")
                .tags("port", Integer.toString(box.port(port)), "error_type", error.code())
                .counter()
                .count();
    }

    private double level(Port port) {
        return registry.get("xg2g.stream.detection.breaker.state")
                .tags("receiver", "box", "port", Integer.toString(box.port(port)))
                .gauge()
                .value();
    }

    private static HttpRequest request(Found found) {
        HttpRequest.Builder request = HttpRequest.newBuilder(found.address());
        Map<String, String> headers = found.headers();
        headers.forEach(request::header);
        return request.build();
    }
}
