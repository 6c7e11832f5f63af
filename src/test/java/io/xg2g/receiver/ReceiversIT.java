package io.xg2g.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.xg2g.ffmpeg.TestMedia;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Two receivers in the running program, one of them unreachable: beans, breakers, endpoint, metrics. */
@QuarkusTest
@TestProfile(ReceiversIT.TwoReceivers.class)
class ReceiversIT {
    private static final String ERSTE = "1:0:19:132F:3EF:1:C00000:0:0:0:";

    /** The simulator ends with the test's process. */
    public static class TwoReceivers implements QuarkusTestProfile {
        /** Until the end of the process. */
        private static final List<Socket> RESERVED = new ArrayList<>();

        @Override
        public Map<String, String> getConfigOverrides() {
            ReceiverSimulator box = ReceiverSimulator.start(TestMedia.mpeg2());
            box.credentials("root", "s3cret");
            box.bouquet("tv", List.of(ERSTE, "Das Erste HD"));
            Map<String, String> keys = new TreeMap<>(box.configuration("attic"));
            keys.put("xg2g.ffmpeg.work-dir", "target/receivers");
            keys.put("xg2g.receivers.attic.username", "root");
            keys.put("xg2g.receivers.attic.password", "s3cret");
            int stream = refusing();
            keys.putAll(box.configuration("cellar"));
            keys.put("xg2g.receivers.cellar.url", "http://127.0.0.1:" + refusing());
            keys.put("xg2g.receivers.cellar.stream-port", Integer.toString(stream));
            keys.put("xg2g.receivers.cellar.relay-port", Integer.toString(refusing()));
            keys.put("test.gone.port", Integer.toString(stream));
            return keys;
        }

        /** Port that is bound and does not listen: connections are refused, and no other program gets the port. */
        private static int refusing() {
            try {
                Socket bound = new Socket();
                RESERVED.add(bound);
                bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                return bound.getLocalPort();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Inject
    Receivers receivers;

    @ConfigProperty(name = "test.gone.port")
    String gonePort;

    @ConfigProperty(name = "quarkus.management.test-port")
    int management;

    @Test
    void receiversAreConfiguredAndListed() throws InterruptedException {
        // When
        assertThat(receivers.services())
                .extracting(ReceiverService::receiver, ReceiverService::name)
                .containsExactly(tuple("attic", "Das Erste HD"));
        for (int i = 0; i < 5; i++) {
            assertThat(receivers.detect("cellar", ERSTE)).isInstanceOf(Detection.NotFound.class);
            receivers.forget("cellar", ERSTE);
        }

        // Then the receivers have separate breakers
        assertThat(receivers.detect("attic", ERSTE)).isInstanceOf(Detection.Found.class);
        String seen = RestAssured.get("/api/v1/receivers").asString();
        assertThat(RestAssured.get("/api/v1/receivers").jsonPath().getList("name", String.class))
                .containsExactly("attic", "cellar");
        assertThat(RestAssured.get("/api/v1/receivers").jsonPath().getList("ports.breaker.flatten()", String.class))
                .containsExactly("closed", "closed", "open", "open");
        assertThat(seen)
                .contains("\"reachable\":true", "\"services\":1", "\"detections\":1", "\"failures\":5")
                .contains("\"lastError\":\"connection to OpenWebIF failed\"")
                .doesNotContain("s3cret", "root");

        // And in the metrics too
        String metrics = RestAssured.given()
                .port(management)
                .accept("application/openmetrics-text")
                .get("/metrics")
                .asString();
        assertThat(metrics)
                .contains("xg2g_stream_detection_errors_total{error_type=\"refused\",port=\"" + gonePort + "\"} 5.0")
                .contains("xg2g_stream_detection_breaker_state{port=\"" + gonePort + "\",receiver=\"cellar\"} 2.0");
    }

    @Test
    void invalidNamesAndReferencesAreRefused() {
        assertThatThrownBy(() -> receivers.detect("garage", ERSTE))
                .hasMessageContaining("receiver is «garage»; allowed is one of");
        assertThatThrownBy(() -> receivers.detect("attic", "\n")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> receivers.acquire("garage")).isInstanceOf(IllegalArgumentException.class);
    }
}
