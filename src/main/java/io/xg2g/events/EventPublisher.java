package io.xg2g.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.xg2g.bus.Bus;
import io.xg2g.bus.BusStoppedException;
import io.xg2g.bus.Message;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Publisher of events to the topic {@value #TOPIC} of the bus, as JSON, in their order. Never blocks its caller: events wait
 * for the bus in a bounded queue, and are dropped and counted while it is full. Thread-safe.
 */
@Singleton
public class EventPublisher {
    /** Topic of {@link Event}s. */
    public static final String TOPIC = "events";

    static final int CAPACITY = 1000;

    private static final Logger LOG = Logger.getLogger(EventPublisher.class);

    /** Just before the bus stops. */
    private static final int ALMOST_LAST = Integer.MAX_VALUE - 1;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Bus bus;
    private final ObjectMapper mapper;
    private final Counter dropped;
    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicBoolean publishing = new AtomicBoolean();
    private final AtomicBoolean dropping = new AtomicBoolean();

    /** Held by the one thread that publishes. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile boolean begun;

    EventPublisher(Bus bus, ObjectMapper mapper, MeterRegistry registry) {
        this.bus = bus;
        this.mapper = mapper;
        this.dropped = dropped(registry, "backlog");
    }

    /** Returns the counter of events that were lost for a reason. */
    static Counter dropped(MeterRegistry registry, String reason) {
        return Counter.builder("xg2g.events.dropped")
                .tag("reason", reason)
                .description("Events that were not stored")
                .register(registry);
    }

    /** Publishes an event soon; does not block. */
    public void publish(Event event) {
        if (waiting.offer(event)) {
            dropping.set(false);
            wake();
        } else {
            dropped.increment();
            if (!dropping.getAndSet(true)) {
                LOG.warnf("events dropped, too many wait for the bus: capacity=%d", CAPACITY);
            }
        }
    }

    /** Starts to publish: called when events are stored. Those before wait until then. */
    void begin() {
        begun = true;
        wake();
    }

    /** Publishes what waits, before the bus stops. */
    void finish(@Observes @Priority(ALMOST_LAST) ShutdownEvent event) throws InterruptedException {
        begun = false;
        Thread.ofVirtual().name("events-finish").start(this::publishAll).join(CLOSE_TIMEOUT);
    }

    private void wake() {
        if (begun && !waiting.isEmpty() && publishing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("events-publisher").start(() -> {
                try {
                    publishAll();
                } finally {
                    publishing.set(false);
                }
                // An event may have arrived after the queue was empty.
                wake();
            });
        }
    }

    private void publishAll() {
        lock.lock();
        try {
            for (Event next = waiting.poll(); next != null; next = waiting.poll()) {
                bus.publish(Message.json(TOPIC, next, mapper));
            }
        } catch (BusStoppedException stopped) {
            LOG.debug("event dropped, bus is stopped");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
