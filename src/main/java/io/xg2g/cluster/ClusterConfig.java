package io.xg2g.cluster;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** Several programs that work as one. */
@ConfigMapping(prefix = "xg2g")
public interface ClusterConfig {

    /**
     * What this program does: {@code all} (everything, on its own), {@code gateway} (takes requests; needs no GPU), or
     * {@code worker} (encodes for gateways). The latter two need {@code xg2g.cluster.broker.url} and
     * {@code xg2g.cluster.secret}, a gateway also {@code xg2g.cluster.redis.url}.
     */
    @WithDefault("all")
    Role role();

    /** What gateways and workers share. */
    Cluster cluster();

    /** What gateways and workers share. */
    interface Cluster {

        /**
         * Name of this member, unique in the cluster; that of a gateway stays the same when it starts again, since its jobs are
         * found by it: 1 to 63 lower-case letters, digits and {@code -}. By default the first part of the machine's name.
         */
        Optional<String> name();

        /** Host name or address at which the other members reach this one. By default the machine's name. */
        Optional<String> address();

        /** Address on which the port for the other members listens. */
        @WithDefault("0.0.0.0")
        String host();

        /** Port for the other members: 1 to 65535, or 0 for any free one. */
        @WithDefault("8090")
        int port();

        /** Secret that all members share, at least 32 characters. It signs what they ask each other. */
        Optional<String> secret();

        /** Broker that distributes the free slots of the workers. */
        Server broker();

        /** Redis or Valkey, in which the gateways have what they share. */
        Redis redis();

        /** File of the certificates (PEM) that TLS connections to broker and Redis trust; by default the public authorities. */
        Optional<Path> caFile();
    }

    /** Server with its credentials. */
    interface Server {

        /**
         * URL of the broker (AMQP 1.0 with consumer priorities: ActiveMQ Artemis), for instance
         * {@code amqp://broker.example.org:5672}: {@code amqp}, or {@code amqps} with TLS, a host, and possibly port, user and
         * password.
         */
        Optional<String> url();

        /** User name, if it is not in the URL. */
        Optional<String> username();

        /** Password, if it is not in the URL. */
        Optional<String> password();

        /** Address (queue) of the free slots: 1 to 127 letters, digits, and {@code . _ -}. One for each cluster. */
        @WithDefault("xg2g-slots")
        String address();
    }

    /** Redis or Valkey. */
    interface Redis {

        /**
         * URL, for instance {@code redis://redis.example.org:6379/0}: {@code redis}, or {@code rediss} with TLS, a host, and
         * possibly port, database, user and password.
         */
        Optional<String> url();

        /** User name (ACL of Redis 6), if it is not in the URL. */
        Optional<String> username();

        /** Password, if it is not in the URL. */
        Optional<String> password();

        /** Beginning of all keys: 1 to 64 letters, digits, and {@code . _ -}. One for each cluster. */
        @WithDefault("xg2g")
        String prefix();
    }
}
