package io.xg2g.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.storage.StoredMap;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** Elements that all gateways of a cluster share. Thread-safe. */
@Singleton
public class SharedMaps {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final SharedRedis redis;
    private final ObjectMapper json;
    private final PeriodicTasks tasks;

    SharedMaps(SharedRedis redis, ObjectMapper json, PeriodicTasks tasks) {
        this.redis = redis;
        this.json = json;
        this.tasks = tasks;
    }

    /**
     * Returns elements in Redis, which every gateway sees within a second; empty in a program that is no gateway.
     *
     * @param name of the elements, for instance {@code channels}
     */
    public <T> Optional<StoredMap<T>> find(String name, Class<T> type) {
        if (!redis.isUsed()) {
            return Optional.empty();
        }
        SharedMap<T> map = new SharedMap<>(redis, name, json, type);
        redis.onConnected(() -> Thread.ofVirtual().name("shared-" + name).start(map::refresh));
        tasks.every(PERIOD, "shared-" + name, map::refresh);
        return Optional.of(map);
    }
}
