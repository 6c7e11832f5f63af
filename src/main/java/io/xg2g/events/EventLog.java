package io.xg2g.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.xg2g.bus.Bus;
import io.xg2g.durability.DurableQueues;
import io.xg2g.durability.QueueReport;
import io.xg2g.queue.CircularQueue;
import io.xg2g.queue.Damage;
import io.xg2g.queue.Durability;
import io.xg2g.queue.QueueException;
import io.xg2g.queue.QueueOptions;
import io.xg2g.queue.Serializer;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * The latest events, in the circular queue {@value #QUEUE} of the data directory. Recorded from the bus; an event is served
 * after it was synced to disk, so that nobody has seen an event that a power cut removes, nor a sequence that is used again.
 *
 * <p>Thread-safe. Reading may block on files.
 */
@Singleton
class EventLog extends PagedHistory {
    static final String QUEUE = "events";

    private static final Logger LOG = Logger.getLogger(EventLog.class);
    private static final int SEGMENTS = 16;

    /** Of syncs beside those for events that are to be served. */
    private static final Duration SYNC_INTERVAL = Duration.ofSeconds(1);

    private static final int MAX_EVENT_BYTES = 64 << 10;
    private static final int MEMORY_ITEMS = 2000;
    private static final long MEMORY_BYTES = 4 << 20;

    private final CircularQueue<Event> queue;
    private final Duration keep;
    private final ObjectMapper mapper;
    private final Counter lost;
    private final AtomicLong added = new AtomicLong();
    private final AtomicBoolean syncing = new AtomicBoolean();
    private final BroadcastProcessor<Long> changes = BroadcastProcessor.create();

    /** Sequence up to which events are synced, and served. */
    private volatile long visible;

    @Inject
    EventLog(EventsConfig config, DurableQueues queues, ObjectMapper mapper, MeterRegistry registry) {
        this(EventsSettings.of(config), queues, mapper, registry);
    }

    private EventLog(EventsSettings settings, DurableQueues queues, ObjectMapper mapper, MeterRegistry registry) {
        this(queues.circular(options(settings, queues), json(mapper)), settings.keep(), mapper, registry);
    }

    EventLog(CircularQueue<Event> queue, Duration keep, ObjectMapper mapper, MeterRegistry registry) {
        this.queue = queue;
        this.keep = keep;
        this.mapper = mapper;
        this.lost = EventPublisher.dropped(registry, "storage");
        visible = queue.last(1).stream().mapToLong(CircularQueue.Item::sequence).sum();
        added.set(visible);
    }

    private static QueueOptions options(EventsSettings settings, DurableQueues queues) {
        QueueOptions defaults = QueueOptions.named(QUEUE);
        return defaults.with(new QueueOptions.Bounds(1, settings.maxItems(), MAX_EVENT_BYTES))
                .with(new QueueOptions.Memory(
                        MEMORY_ITEMS,
                        MEMORY_BYTES,
                        defaults.memory().ratio(),
                        defaults.memory().overflow()))
                .with(queues.storage(QUEUE, Durability.ASYNC)
                        .sized(settings.maxBytes(), (int) (settings.maxBytes() / SEGMENTS))
                        .syncedEach(SYNC_INTERVAL));
    }

    static Serializer<Event> json(ObjectMapper mapper) {
        return new Serializer<>() {
            @Override
            public byte[] toBytes(Event event) {
                try {
                    return mapper.writeValueAsBytes(event);
                } catch (IOException bug) {
                    throw new UncheckedIOException(bug);
                }
            }

            @Override
            public Event fromBytes(byte[] bytes) {
                try {
                    return mapper.readValue(bytes, Event.class);
                } catch (IOException foreign) {
                    throw new UncheckedIOException(foreign);
                }
            }
        };
    }

    /** Subscribes to the bus; then events are published. */
    void start(@Observes StartupEvent event, Bus bus, EventPublisher publisher, DurableQueues queues) {
        bus.subscribe(EventPublisher.TOPIC, message -> record(message.as(Event.class, mapper)));
        queues.onReport(report -> publisher.publish(event(report)));
        publisher.begin();
    }

    private static Event event(QueueReport report) {
        return switch (report) {
            case QueueReport.Damaged(String damaged, Damage damage) ->
                Event.of(
                        EventType.QUEUE_DAMAGED,
                        damaged,
                        "A file of the queue is damaged; an item may be lost.",
                        Map.of("file", damage.file(), "offset", Long.toString(damage.offset()), "what", damage.what()));
            case QueueReport.Displaced(String displaced, String reason) ->
                Event.of(
                        EventType.QUEUE_DISPLACED,
                        displaced,
                        "Files of the queue were deleted by another program; it refuses items.",
                        Map.of("reason", reason));
            case QueueReport.Restored(String restored, int lost) ->
                Event.of(
                        EventType.QUEUE_RESTORED,
                        restored,
                        "Files of the queue were deleted by another program, and created again.",
                        Map.of("itemsLost", Integer.toString(lost)));
        };
    }

    /** Ends the streams of clients when the shutdown begins, which would otherwise wait for them. */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        changes.onComplete();
    }

    /** Stores an event; it is served as soon as it is synced. */
    void record(Event event) {
        try {
            long sequence = queue.add(event, keep);
            added.accumulateAndGet(sequence, Math::max);
        } catch (QueueException full) {
            lost.increment();
            LOG.errorf("event not stored: type=%s, subject=%s, error=%s", event.type(), event.subject(), full);
            return;
        }
        sync();
    }

    /** Syncs what was added, on another thread, while further events are added. */
    private void sync() {
        if (added.get() > visible && syncing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("events-sync").start(() -> {
                boolean done = false;
                try {
                    long upTo = added.get();
                    queue.sync();
                    visible = upTo;
                    changes.onNext(upTo);
                    done = true;
                } catch (QueueException failure) {
                    LOG.errorf("events not synced: error=%s", failure);
                } finally {
                    syncing.set(false);
                }
                if (done) {
                    sync();
                }
            });
        }
    }

    /** Returns the latest event that matches. */
    Optional<RecordedEvent> latest(Predicate<RecordedEvent> wanted) {
        return latest(1, wanted).events().stream().findFirst();
    }

    @Override
    public Page latest(int most, Predicate<RecordedEvent> wanted) {
        long upTo = visible;
        for (int scanned = most + SCAN; ; scanned = Math.multiplyExact(scanned, 4)) {
            List<CircularQueue.Item<Event>> items = queue.last(scanned);
            List<RecordedEvent> matching = items.stream()
                    .filter(item -> item.sequence() <= upTo)
                    .map(RecordedEvent::of)
                    .filter(wanted)
                    .toList();
            if (matching.size() >= most || items.size() < scanned) {
                return new Page(matching.subList(Math.max(0, matching.size() - most), matching.size()), upTo, false);
            }
        }
    }

    @Override
    protected long latestSequence() {
        return visible;
    }

    @Override
    protected List<RecordedEvent> read(long after, long upTo) {
        return queue.since(after, SCAN).stream().map(RecordedEvent::of).toList();
    }

    /** Subscribes to the changes before the log is read, so that none is missed. */
    @Override
    protected Multi<Long> looks() {
        return Multi.createBy()
                .merging()
                .streams(changes, Multi.createFrom().item(visible))
                .onOverflow()
                .dropPreviousItems();
    }
}
