package io.xg2g.output;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.schedule.PeriodicTasks;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The outputs of the cameras: connects those that are configured when the program starts, and closes them when it ends. */
@Singleton
public class CameraOutputs {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** After the cameras have stopped. */
    private static final int LATE = Integer.MAX_VALUE - 2;

    private final RedisOutput redis;
    private final Broker broker;
    private final StatusAnnouncer status;

    CameraOutputs(RedisOutput redis, Broker broker, StatusAnnouncer status) {
        this.redis = redis;
        this.broker = broker;
        this.status = status;
    }

    void begin(@Observes StartupEvent event, PeriodicTasks tasks) {
        redis.start();
        if (redis.enabled()) {
            tasks.every(MINUTE, "redis-memory", redis::check);
        }
        broker.start(status::connected);
        if (broker.state().isPresent()) {
            tasks.every(MINUTE, "camera-status", status::publishChanges);
        }
    }

    void stop(@Observes @Priority(LATE) ShutdownEvent event) {
        status.stopping();
        broker.close();
        redis.close();
    }

    /** Returns the states of the configured outputs for operators, without credentials. */
    public Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        redis.state().ifPresent(state -> states.put(RedisOutput.NAME, text(state)));
        redis.memory().ifPresent(memory -> states.put("redis memory", memory));
        broker.state().ifPresent(state -> states.put(Broker.NAME, text(state)));
        return states;
    }

    private static String text(ConnectionKeeper.State state) {
        String reason = state.reason();
        return (state.connected() ? "connected" : "not connected")
                + (reason == null ? "" : ": " + reason)
                + ", since " + state.since();
    }
}
