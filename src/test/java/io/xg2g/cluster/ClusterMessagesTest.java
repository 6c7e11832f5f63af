package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.Vendor;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;

class ClusterMessagesTest {
    private static final SlotOffer OFFER =
            new SlotOffer("1", "worker-0", "10.0.0.7", 8090, "GPU-1", Vendor.NVIDIA, "NVIDIA L4", 2.5);

    private final ClusterMessages messages = messages("0123456789abcdef0123456789abcdef");

    private static ClusterMessages messages(String secret) {
        return new ClusterMessages(new Signatures("worker-0", secret, new ManualTime()));
    }

    @Test
    void aMessageArrivesAsItWasSent() {
        Message message = messages.message(OFFER, Duration.ofSeconds(10));

        assertThat(messages.read(message, SlotOffer.class)).contains(OFFER);
        assertThat(message.getTtl()).isEqualTo(10_000);
        assertThat(message.isDurable()).isFalse();
    }

    @Test
    void aMessageOfAnotherSecretOrTypeOrWithAnotherContentIsNone() {
        Message message = messages.message(OFFER, Duration.ofSeconds(10));

        assertThat(messages("another-secret-another-secret-ano").read(message, SlotOffer.class))
                .isEmpty();
        assertThat(messages.read(message, WorkerStatus.class)).isEmpty();
        String json = String.valueOf(((AmqpValue) message.getBody()).getValue());
        message.setBody(new AmqpValue(json.replace("10.0.0.7", "192.0.2.1")));
        assertThat(messages.read(message, SlotOffer.class)).isEmpty();
        message.setApplicationProperties(null);
        assertThat(messages.read(message, SlotOffer.class)).isEmpty();
        message.setBody(null);
        assertThat(messages.read(message, SlotOffer.class)).isEmpty();
    }
}
