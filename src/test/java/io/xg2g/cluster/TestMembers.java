package io.xg2g.cluster;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.xg2g.connection.ConnectionSettings;
import io.xg2g.connection.Endpoint;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gateways of a test. */
final class TestMembers {
    static final String SECRET = "a secret of thirty-two characters";

    final Members members;
    private final Signatures signatures;

    /** Gateway without Redis: who the others are is set by the test. */
    TestMembers(String name, TimeSource time) {
        this(name, new SharedRedis(Optional.empty(), Vertx.vertx(), time), time);
    }

    TestMembers(String name, SharedRedis redis, TimeSource time) {
        signatures = new Signatures(name, SECRET, time);
        members =
                new Members(Optional.of(shared(name)), redis, signatures, () -> 8090, time, new SimpleMeterRegistry());
    }

    private static ClusterSettings.Shared shared(String name) {
        Endpoint broker = new Endpoint("127.0.0.1", 5672, false, "", Optional.empty(), Optional.empty());
        ConnectionSettings connection = new ConnectionSettings(broker, Duration.ofSeconds(2), 1, Optional.empty());
        return new ClusterSettings.Shared(
                name,
                "127.0.0.1",
                "127.0.0.1",
                8090,
                SECRET,
                new ClusterSettings.Broker(connection, "slots"),
                Optional.empty());
    }

    /** Learns who the gateways are, as if Redis had said so. */
    void learn(String... names) {
        List<String> answer = new ArrayList<>(List.of(""));
        for (String name : names) {
            answer.add(name);
            answer.add(new Member(name, "127.0.0.1", 8090, run(name)).entry(signatures));
        }
        members.learn(answer);
    }

    static String run(String name) {
        return "run" + name;
    }
}
