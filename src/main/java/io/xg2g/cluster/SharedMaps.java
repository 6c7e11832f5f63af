package io.xg2g.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.storage.StoredMap;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Elements that all gateways of a cluster share. Thread-safe. */
@Singleton
public class SharedMaps {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** Path on the ports for members at which a change is announced; the name of the elements follows. */
    private static final String CHANGED = "changed/";

    private final SharedRedis redis;
    private final ObjectMapper json;
    private final PeriodicTasks tasks;
    private final Consumer<String> others;
    private final Map<String, SharedMap<?>> maps = new ConcurrentHashMap<>();

    @Inject
    SharedMaps(SharedRedis redis, ObjectMapper json, PeriodicTasks tasks, Provider<MemberRequests> members) {
        this(redis, json, tasks, (String name) -> {
            var _ = members.get().gateways(MemberRequests.path(CHANGED + name), Boolean.class);
        });
    }

    /**
     * Creates them.
     *
     * @param others has all other gateways read the elements of a name, and waits until they have, for 2 s at most
     */
    SharedMaps(SharedRedis redis, ObjectMapper json, PeriodicTasks tasks, Consumer<String> others) {
        this.redis = redis;
        this.json = json;
        this.tasks = tasks;
        this.others = others;
    }

    /** Reads what another gateway has changed. */
    void serve(@Observes InnerRoutes routes, MemberRequests members) {
        routes.router()
                .get(MemberRequests.path(CHANGED + ":name"))
                .handler(exchange -> members.answer(
                        exchange,
                        () -> Optional.ofNullable(maps.get(exchange.pathParam("name")))
                                .map(map -> {
                                    map.refresh();
                                    return true;
                                })));
    }

    /**
     * Returns elements in Redis; empty in a program that is no gateway. A change is known to every gateway that answers before it is
     * completed, to others within a second.
     *
     * @param name of the elements, for instance {@code channels}
     */
    public <T> Optional<StoredMap<T>> find(String name, Class<T> type) {
        if (!redis.isUsed()) {
            return Optional.empty();
        }
        SharedMap<T> map = new SharedMap<>(redis, name, json, type, () -> others.accept(name));
        maps.put(name, map);
        redis.onConnected(() -> Thread.ofVirtual().name("shared-" + name).start(map::refresh));
        tasks.every(PERIOD, "shared-" + name, map::refresh);
        return Optional.of(map);
    }
}
