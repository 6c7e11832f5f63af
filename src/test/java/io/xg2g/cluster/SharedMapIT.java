package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.problem.ProblemException;
import io.xg2g.schedule.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What gateways share in a real Redis. */
class SharedMapIT {
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    Path directory;

    /** An element. */
    record Door(String colour) {}

    private static SharedMap<Door> map(SharedRedis redis, Runnable changed) {
        SharedMap<Door> map = new SharedMap<>(redis, "doors", new ObjectMapper(), Door.class, changed);
        redis.start();
        Awaitility.await().atMost(Patience.seconds(20)).until(() -> {
            map.refresh();
            return map.unavailable().isEmpty();
        });
        return map;
    }

    @Test
    void whatOneGatewayChangesTheOthersSeeAndRedisMayLoseIt() throws Exception {
        try (RedisProcess server = new RedisProcess(directory, false)) {
            SharedRedis first = RedisProcess.connection(VERTX, server.server.port());
            SharedRedis second = RedisProcess.connection(VERTX, server.server.port());
            SharedMap<Door> other = map(second, () -> {});
            AtomicInteger changes = new AtomicInteger();
            SharedMap<Door> one = map(first, () -> {
                changes.incrementAndGet();
                other.refresh();
            });
            assertThat(one.add("front", new Door("red"))).isTrue();
            assertThat(other.all()).as("read before the change is completed").containsOnlyKeys("front");
            assertThat(other.add("front", new Door("green")))
                    .as("the id is in use")
                    .isFalse();
            assertThat(one.add("front", new Door("green"))).isFalse();
            assertThat(changes).hasValue(1);
            assertThat(other.all()).containsOnlyKeys("front").containsEntry("front", new Door("red"));

            server.restart(Duration.ofMillis(100));
            Awaitility.await()
                    .atMost(Patience.seconds(20))
                    .ignoreExceptions()
                    .until(() -> other.add("back", new Door("blue")));
            Awaitility.await().atMost(Patience.seconds(20)).until(() -> {
                one.refresh();
                return one.all().size() == 2;
            });
            assertThat(one.all()).containsEntry("front", new Door("red")).containsEntry("back", new Door("blue"));
            assertThat(one.remove("front")).isTrue();
            assertThat(other.remove("front")).isFalse();
            assertThat(other.all()).containsOnlyKeys("back");

            server.server.kill();
            assertThatThrownBy(() -> one.add("side", new Door("white"))).isInstanceOf(ProblemException.class);
            assertThat(one.all()).as("kept while Redis is away").containsOnlyKeys("back");
            first.close();
            second.close();
        }
    }

    private static SharedMap<Door> connected(SharedRedis redis) {
        redis.start();
        Awaitility.await()
                .atMost(Patience.seconds(20))
                .until(() ->
                        redis.state().filter(ConnectionKeeper.State::accepts).isPresent());
        return new SharedMap<>(redis, "doors", new ObjectMapper(), Door.class, () -> {});
    }

    @Test
    void whatRedisHasLostIsWrittenAgainAfterANewGatewayWasTheFirst() throws Exception {
        try (RedisProcess server = new RedisProcess(directory, false)) {
            SharedRedis first = RedisProcess.connection(VERTX, server.server.port());
            SharedRedis second = RedisProcess.connection(VERTX, server.server.port());
            SharedMap<Door> one = connected(first);
            assertThat(one.add("front", new Door("red"))).isTrue();
            assertThat(one.add("back", new Door("blue"))).isTrue();

            first.call(Request.cmd(Command.FLUSHALL));
            SharedMap<Door> fresh = connected(second);
            fresh.refresh();
            assertThat(fresh.all()).isEmpty();
            assertThat(fresh.unavailable()).isEmpty();
            one.refresh();
            assertThat(one.all()).containsOnlyKeys("front", "back");

            first.call(Request.cmd(Command.FLUSHALL));
            SharedMap<Door> fresher = new SharedMap<>(second, "doors", new ObjectMapper(), Door.class, () -> {});
            fresher.refresh();
            assertThat(fresher.add("side", new Door("white"))).isTrue();
            one.refresh();
            fresher.refresh();
            assertThat(one.all()).containsOnlyKeys("front", "back", "side");
            assertThat(fresher.all()).isEqualTo(one.all());
            first.close();
            second.close();
        }
    }

    @Test
    void anOlderStateOfRedisIsBroughtUpToDate() throws Exception {
        try (RedisProcess server = new RedisProcess(directory, false)) {
            SharedRedis first = RedisProcess.connection(VERTX, server.server.port());
            SharedRedis second = RedisProcess.connection(VERTX, server.server.port());
            SharedMap<Door> one = connected(first);
            SharedMap<Door> late = connected(second);
            assertThat(one.add("front", new Door("red"))).isTrue();
            late.refresh();
            assertThat(one.remove("front")).isTrue();
            assertThat(one.add("back", new Door("blue"))).isTrue();

            first.call(Request.cmd(Command.SET).arg("test:doors:version").arg(1));
            first.call(Request.cmd(Command.DEL).arg("test:doors"));
            first.call(Request.cmd(Command.HSET).arg("test:doors").arg("front").arg("{\"colour\":\"red\"}"));
            late.refresh();
            assertThat(late.all()).as("it knows nothing later").containsOnlyKeys("front");
            one.refresh();
            late.refresh();
            assertThat(one.all()).containsOnlyKeys("back");
            assertThat(late.all()).containsOnlyKeys("back");
            first.close();
            second.close();
        }
    }
}
