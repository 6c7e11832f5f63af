package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.json.JsonObject;
import io.xg2g.cluster.LeaseStore.Holder;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.gpu.Vendor;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;

/** What members of two releases tell each other: the newer one adds properties, which the older one ignores. */
class VersionSkewTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final Signatures signatures = new Signatures("worker-0", SECRET, new ManualTime());

    /** Returns what a newer release sends. */
    private static String newer(Object value) throws IOException {
        ObjectNode tree = (ObjectNode) ClusterMessages.JSON.readTree(ClusterMessages.json(value));
        tree.elements().forEachRemaining(inner -> {
            if (inner instanceof ObjectNode object) {
                object.putObject("further").put("number", 1);
            }
        });
        tree.put("added", "text");
        return tree.toString();
    }

    @Test
    void messagesOfANewerReleaseAreRead() throws IOException {
        ClusterMessages messages = new ClusterMessages(signatures);
        for (Object value : List.of(
                new SlotOffer("1", "worker-0", "10.0.0.7", 8090, "GPU-1", Vendor.NVIDIA, "NVIDIA L4", 2.5),
                new WorkerStatus("worker-0", "10.0.0.7", 8090, 4, 1, 10))) {
            Message message = messages.message(value, Duration.ofSeconds(1));
            String json = newer(value);
            message.setBody(new AmqpValue(json));
            message.setApplicationProperties(new ApplicationProperties(new JsonObject()
                    .put(
                            "xg2g-mac",
                            signatures.mac("message " + value.getClass().getSimpleName(), json))
                    .getMap()));

            assertThat(messages.read(message, value.getClass()).map(Object.class::cast))
                    .contains(value);
        }
    }

    @Test
    void reportsOfANewerReleaseAreRead() throws IOException {
        for (UnitReport report : List.of(
                UnitReport.progress(0.25),
                UnitReport.failed(Failure.Kind.SCRAMBLED, "the input is scrambled"),
                UnitReport.produced("h264_nvenc", List.of()))) {
            assertThat(ClusterMessages.JSON.readValue(newer(report), UnitReport.class))
                    .isEqualTo(report);
        }
    }

    @Test
    void aReasonThatOnlyANewerReleaseKnowsIsMalformed() {
        // The unit runs again, as after any other report that cannot be read.
        assertThatThrownBy(() -> ClusterMessages.JSON.readValue(
                        "{\"failed\":{\"kind\":\"OF_A_NEWER_RELEASE\",\"detail\":\"\"}}", UnitReport.class))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whatANewerReleaseAddsInRedisIsIgnored() {
        Member member = new Member("gateway-0", "10.0.0.1", 8090, "5f");
        assertThat(Member.of("gateway-0", member.entry(signatures) + " more", signatures))
                .contains(member);
        assertThat(Holder.of("7 gateway-0 5f more")).contains(new Holder("gateway-0", "5f", 7));
    }
}
