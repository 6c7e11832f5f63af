package io.xg2g.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.connection.ConnectionException;
import io.xg2g.events.ClusterEvents;
import io.xg2g.events.EventHistory;
import io.xg2g.events.EventsConfig;
import io.xg2g.events.RecordedEvent;
import io.xg2g.schedule.PeriodicTasks;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Events of all gateways. Each gateway stores its own ones on its disk, as a program on its own does, and adds them to the stream in
 * Redis; those that it could not add while Redis was away follow in their order. Thread-safe.
 */
@Singleton
public class SharedEvents implements ClusterEvents {
    private static final Logger LOG = Logger.getLogger(SharedEvents.class);
    private static final Duration PERIOD = Duration.ofMillis(500);
    private static final int PAGE = 100;

    private final Optional<String> self;
    private final Optional<EventStream> stream;
    private final EventHistory own;

    @Inject
    SharedEvents(
            ClusterSettings settings, SharedRedis redis, EventHistory own, EventsConfig config, ObjectMapper json) {
        this(
                settings.shared().map(ClusterSettings.Shared::name),
                redis.isUsed() ? Optional.of(new EventStream(redis, json, config.maxItems())) : Optional.empty(),
                own);
    }

    SharedEvents(Optional<String> self, Optional<EventStream> stream, EventHistory own) {
        this.self = self;
        this.stream = stream;
        this.own = own;
    }

    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        if (stream.isPresent()) {
            tasks.every(PERIOD, "cluster-events", this::add);
        }
    }

    /** Ends the streams of clients when the shutdown begins, which would otherwise wait for them. */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        stream.ifPresent(EventStream::end);
    }

    @Override
    public Optional<EventHistory> history() {
        return stream.map(EventHistory.class::cast);
    }

    /** Adds the events of this gateway that are not in the stream yet. */
    void add() {
        try {
            EventStream to = stream.orElseThrow();
            String name = self.orElseThrow();
            long taken = to.taken(name);
            List<RecordedEvent> next;
            do {
                next = own.since(taken, PAGE, _ -> true).events();
                for (RecordedEvent event : next) {
                    if (!to.add(name, taken, event)) {
                        return;
                    }
                    taken = event.sequence();
                }
            } while (next.size() == PAGE);
        } catch (ConnectionException away) {
            LOG.debugf("events not added to those of the cluster: reason=%s", away.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
