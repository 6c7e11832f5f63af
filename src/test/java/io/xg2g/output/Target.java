package io.xg2g.output;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.xg2g.camera.FrameOutput;
import io.xg2g.connection.TestServers;
import io.xg2g.http.ServerProcess;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Kinds of outputs that are tested, each with a real server. */
enum Target {
    REDIS {
        @Override
        ServerProcess server(OutputServers servers) {
            return servers.redis;
        }

        @Override
        Map<String, String> settings(int port, String password) {
            return Map.of(
                    "redis.url", "redis://127.0.0.1:" + port + "/1", "redis.password", password, "redis.ttl", "24h");
        }
    },
    RABBITMQ {
        @Override
        ServerProcess server(OutputServers servers) {
            return servers.rabbit;
        }

        @Override
        Map<String, String> settings(int port, String password) {
            String known = password.equals(OutputServers.PASSWORD) ? "guest" : password;
            return Map.of("broker.url", "amqp://guest:" + known + "@127.0.0.1:" + port);
        }
    },
    ARTEMIS {
        @Override
        ServerProcess server(OutputServers servers) {
            return servers.artemis;
        }

        @Override
        Map<String, String> settings(int port, String password) {
            return Map.of(
                    "broker.url",
                    "amqp://127.0.0.1:" + port,
                    "broker.protocol",
                    "amqp-1.0",
                    "broker.username",
                    TestServers.USER,
                    "broker.password",
                    password);
        }
    };

    /** Deadline of deliveries in the tests. */
    static final Duration TIMEOUT = Patience.seconds(2);

    abstract ServerProcess server(OutputServers servers);

    /** Keys below {@code xg2g.camera-outputs.} for the server at a port. */
    abstract Map<String, String> settings(int port, String password);

    /** Starts an output. */
    OutputUnderTest start(Vertx vertx, int port, String password, Map<String, String> further) {
        Map<String, String> keys = new TreeMap<>(settings(port, password));
        keys.put("timeout", TIMEOUT.toMillis() + "ms");
        keys.putAll(further);
        return new OutputUnderTest(this, TestOutputConfig.of(keys), vertx);
    }

    /** Creates the output of this kind. */
    FrameOutput output(OutputSettings settings, Broker broker, Vertx vertx, MeterRegistry registry) {
        return this == REDIS ? new RedisOutput(settings, broker, vertx, registry) : new BrokerOutput(settings, broker);
    }
}
