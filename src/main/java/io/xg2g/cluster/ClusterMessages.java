package io.xg2g.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.message.Message;
import org.jboss.logging.Logger;

/**
 * What members tell each other, as JSON; unknown properties, of a newer release, are ignored. Messages on the broker have a MAC, so
 * that nobody else with an account there can offer a slot, and get what is to be encoded. Thread-safe.
 */
final class ClusterMessages {
    static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final Logger LOG = Logger.getLogger(ClusterMessages.class);
    private static final String MAC = "xg2g-mac";

    private final Signatures signatures;

    ClusterMessages(Signatures signatures) {
        this.signatures = signatures;
    }

    /** Returns a value as JSON. */
    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException bug) {
            throw new IllegalArgumentException("not serializable: " + value.getClass(), bug);
        }
    }

    /**
     * Makes a non-durable message.
     *
     * @param life after which the broker drops it; relative, so that clocks may differ
     */
    Message message(Object value, Duration life) {
        String json = json(value);
        Message message = Proton.message();
        message.setDurable(false);
        message.setTtl(life.toMillis());
        message.setBody(new AmqpValue(json));
        message.setApplicationProperties(new ApplicationProperties(Map.of(MAC, mac(value.getClass(), json))));
        return message;
    }

    /** Reads a message; empty if it is none of the cluster. */
    <T> Optional<T> read(Message message, Class<T> type) {
        ApplicationProperties properties = message.getApplicationProperties();
        if (message.getBody() instanceof AmqpValue body
                && body.getValue() instanceof String json
                && properties != null
                && properties.getValue().get(MAC) instanceof String mac
                && signatures.isMac(purpose(type), json, mac)) {
            try {
                return Optional.of(JSON.readValue(json, type));
            } catch (JsonProcessingException malformed) {
                LOG.debug("message of the cluster is malformed", malformed);
            }
        }
        LOG.debugf("message on the broker is none of the cluster: type=%s", type.getSimpleName());
        return Optional.empty();
    }

    private String mac(Class<?> type, String json) {
        return signatures.mac(purpose(type), json);
    }

    private static String purpose(Class<?> type) {
        return "message " + type.getSimpleName();
    }
}
