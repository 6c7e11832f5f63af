package io.xg2g.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.receiver.ReceiverSimulator.Port;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Services of a receiver by OpenWebIF, and failures of OpenWebIF. */
@Timeout(300)
class OpenWebIfIT {
    private static final String ERSTE = "1:0:19:132F:3EF:1:C00000:0:0:0:";
    private static final String ZDF = "1:0:19:2B66:3F3:1:C00000:0:0:0:";

    private static final String LATE =
            "OpenWebIF did not respond within " + ReceiverSetup.TIMEOUT.toMillis() / 1000.0 + " s";

    private ReceiverSimulator box;
    private ManualTime time;
    private Receiver receiver;

    @BeforeEach
    void start() {
        box = ReceiverSimulator.start(TestMedia.mpeg2());
        box.credentials("root", "s3cret");
        box.bouquet("favourites", List.of("1:64:0:0:0:0:0:0:0:0::News", "News", ERSTE, "Das Erste HD", ZDF, "ZDF"));
        box.bouquet("all", List.of(ZDF, "ZDF HD", "1:0:1:1:2:3:4:0:0:0:", "Größer & <bunter>"));
        time = new ManualTime();
        receiver = new Receiver(
                ReceiverSetup.settings(box, 0),
                ReceiverSetup.BREAKER,
                new ReceiverMetrics(new SimpleMeterRegistry()),
                time,
                _ -> {});
    }

    @AfterEach
    void stop() {
        receiver.close();
        box.close();
    }

    @Test
    void servicesAreInTheOrderOfBouquetsWithoutDuplicates() throws InterruptedException {
        assertThat(receiver.services().get())
                .extracting(ReceiverService::name, ReceiverService::bouquet, ReceiverService::reference)
                .containsExactly(
                        tuple("Das Erste HD", "favourites", ERSTE),
                        tuple("ZDF", "favourites", ZDF),
                        tuple("Größer & <bunter>", "all", "1:0:1:1:2:3:4:0:0:0:"));
        assertThat(receiver.services().last().getFirst().picon())
                .contains(URI.create(box.url() + "/picon/1_0_19_132F_3EF_1_C00000_0_0_0.png"));
        assertThat(receiver.reachable()).isTrue();
        assertThat(receiver.lastError()).isEmpty();
    }

    /** OpenWebIF has them as entries of the others, without their services. */
    @Test
    void servicesOfNestedBouquetsFollowTheirs() throws InterruptedException {
        String loop = SimulatedWebIf.reference("sport");
        box.bouquet("more", List.of(loop, "Sport", "1:0:1:9:2:3:4:0:0:0:", "Neun"));
        box.nested("sport", List.of("1:0:1:5:2:3:4:0:0:0:", "Sport 1", loop, "Sport"));
        box.bouquet("last", List.of("1:0:1:7:2:3:4:0:0:0:", "Sieben"));

        assertThat(receiver.services().get())
                .extracting(ReceiverService::name, ReceiverService::bouquet)
                .endsWith(tuple("Neun", "more"), tuple("Sport 1", "Sport"), tuple("Sieben", "last"));
    }

    static Stream<Arguments> troubles() {
        return Stream.of(
                Arguments.of(new SimulatedAnswer.Hang(), LATE),
                Arguments.of(new SimulatedAnswer.Silence(), LATE),
                Arguments.of(new SimulatedAnswer.Close(), "response of OpenWebIF could not be read"),
                Arguments.of(new SimulatedAnswer.Html(), "the response is not JSON"),
                Arguments.of(new SimulatedAnswer.Status(302), "OpenWebIF responded with HTTP status 302"),
                Arguments.of(
                        new SimulatedAnswer.Status(401),
                        "OpenWebIF responded with HTTP status 401: see xg2g.receivers.box.username and .password"),
                Arguments.of(SimulatedAnswer.stream(TestMedia.mpeg2()), LATE));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void aFailedQueryHasAReasonAndKeepsTheLastList(SimulatedAnswer trouble, String reason) throws InterruptedException {
        // Given
        List<ReceiverService> known = receiver.services().get();
        box.answer(Port.WEB, trouble);

        // When
        assertThat(receiver.reachable()).isFalse();
        time.advance(ReceiverSetup.settings(box, 0).timing().refresh());

        // Then
        assertThat(receiver.lastError()).contains(reason);
        assertThat(receiver.services().get()).isEqualTo(known);
    }

    @Test
    void aListThatBreaksOffIsReadAgainSoon() throws InterruptedException {
        box.fail("all");
        assertThat(receiver.services().get()).extracting(ReceiverService::name).containsExactly("Das Erste HD", "ZDF");
        assertThat(receiver.services().isFetched()).isFalse();

        box.fail("");
        time.advance(Duration.ofMinutes(1));
        receiver.services().get();

        await().atMost(Patience.seconds(20))
                .until(() -> receiver.services().last().size() == 3);
        assertThat(receiver.services().isFetched()).isTrue();
    }

    @Test
    void bouquetsBehindOneThatCannotBeReadAreRead() throws InterruptedException {
        box.fail("favourites");

        assertThat(receiver.services().get())
                .extracting(ReceiverService::name)
                .containsExactly("ZDF HD", "Größer & <bunter>");
    }

    @Test
    void servicesOfABouquetThatCannotBeReadAnyMoreStay() throws InterruptedException {
        // Given
        assertThat(receiver.services().get()).hasSize(3);
        box.fail("favourites");

        // When
        time.advance(ReceiverSetup.settings(box, 0).timing().refresh());
        receiver.services().get();

        // Then
        await().atMost(Patience.seconds(20))
                .untilAsserted(() -> assertThat(receiver.services().last())
                        .extracting(ReceiverService::name)
                        .containsExactly("ZDF HD", "Größer & <bunter>", "Das Erste HD"));
        assertThat(receiver.services().isFetched()).isTrue();
    }

    @Test
    void aClosedPortIsReported() throws InterruptedException {
        box.refuse(Port.WEB);
        assertThat(receiver.services().get()).isEmpty();
        assertThat(receiver.lastError()).isEqualTo(Optional.of("connection to OpenWebIF failed"));
    }

    @Test
    void aDeadOpenWebIfDoesNotPreventDetection() throws InterruptedException {
        box.answer(Port.WEB, new SimulatedAnswer.Hang());
        assertThat(receiver.detect(new ServiceReference(ERSTE))).isInstanceOf(Detection.Found.class);
    }

    @Test
    void requestsAreSequential() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> receiver.services().get());
            threads.submit(() -> receiver.reachable());
            threads.submit(() -> receiver.detect(new ServiceReference(ZDF)));
        }
        assertThat(box.maxConcurrentRequests()).isEqualTo(1);
    }
}
