package io.xg2g.output;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Outputs of the cameras' frames: a Redis server, a message broker, or both. */
@ConfigMapping(prefix = "xg2g.camera-outputs")
public interface OutputConfig {

    /** The Redis (or Valkey) server. */
    Redis redis();

    /** The message broker. */
    Broker broker();

    /** Deadline of a delivery, and of each step of connecting: 100ms to 1m. What is not accepted by then counts as failed. */
    @WithDefault("5s")
    Duration timeout();

    /** Maximum number of deliveries in flight to each output: 1 to 10000. Further frames are not delivered, and counted. */
    @WithDefault("1000")
    int inFlight();

    /**
     * File with certificates (PEM) of the authorities that are trusted by {@code rediss} and {@code amqps} connections; default: the
     * public ones.
     */
    Optional<Path> caFile();

    /** The Redis (or Valkey) server. */
    interface Redis {
        /**
         * URL of the server, for instance {@code redis://redis.example.org:6379/0}: {@code redis}, or {@code rediss} with TLS, a
         * host, and possibly port, database, user and password. Without it nothing is stored.
         */
        Optional<String> url();

        /** User name (ACL of Redis 6), if it is not in the URL. */
        Optional<String> username();

        /** Password, if it is not in the URL. */
        Optional<String> password();

        /** First part of all keys: 1 to 64 letters, digits, and {@code . _ -}. */
        @WithDefault("xg2g")
        String vhost();

        /** Second part of all keys: 1 to 64 letters, digits, and {@code . _ -}. */
        @WithDefault("frames")
        String prefix();

        /** Time after which Redis deletes a frame: 1s to 24h. */
        @WithDefault("60s")
        Duration ttl();
    }

    /** The message broker. */
    interface Broker {
        /**
         * URL of the broker, for instance {@code amqp://broker.example.org:5672/vhost}: {@code amqp}, or {@code amqps} with TLS, a
         * host, and possibly port, virtual host, user and password. Without it nothing is published.
         */
        Optional<String> url();

        /** Protocol: {@code amqp-0-9-1} (RabbitMQ) or {@code amqp-1.0} (Artemis, RabbitMQ 4, Azure Service Bus, …). */
        @WithDefault("amqp-0-9-1")
        String protocol();

        /** User name, if it is not in the URL. */
        Optional<String> username();

        /** Password, if it is not in the URL. */
        Optional<String> password();

        /** Whether frames are published; otherwise only their metadata, and events. */
        @WithDefault("true")
        boolean frames();

        /** Topic exchange of the frames; their routing key is {@code camera.<id>}. 1 to 127 letters, digits, and {@code . _ -}. */
        @WithDefault("cameras")
        String exchange();

        /** Topic exchange of the frames' metadata, with the same routing key. 1 to 127 letters, digits, and {@code . _ -}. */
        @WithDefault("camera.metadata")
        String metadataExchange();

        /**
         * Topic exchange of the events, with the routing keys {@code camera.<id>} and {@code system}. 1 to 127 letters, digits, and
         * {@code . _ -}.
         */
        @WithDefault("camera.status")
        String statusExchange();

        /**
         * Target address with AMQP 1.0: <code>{exchange}</code> and <code>{key}</code>, which stand for the exchange and the routing
         * key, and at most 200 letters, digits and {@code . _ / : -} around them. RabbitMQ 4 needs
         * <code>/exchanges/{exchange}/{key}</code>.
         */
        @WithDefault("{exchange}.{key}")
        String address();
    }
}
