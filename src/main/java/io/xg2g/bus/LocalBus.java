package io.xg2g.bus;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.schedule.TimeSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * In-process implementation of the bus. Thread-safe.
 *
 * <p>A singleton rather than application-scoped, since publishing is too frequent for a client proxy.
 */
@Singleton
final class LocalBus implements Bus {
    private static final Logger LOG = Logger.getLogger(LocalBus.class);

    /** Before the observers that publish. */
    private static final int FIRST = 1;

    /** After the observers that publish. */
    private static final int LAST = Integer.MAX_VALUE;

    private enum State {
        NEW,
        RUNNING,
        STOPPED,
        CLOSED
    }

    private final BusSettings settings;
    private final TimeSource time;
    private final BusMetrics metrics;
    private final Worker.WorkerPool pool;
    private final DeadLetters deadLetterQueue = new DeadLetters(this::topic);
    private final Map<String, Topic> topics = new ConcurrentHashMap<>();

    /** Guards the state and the creation of topics. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition idle = lock.newCondition();
    private volatile boolean draining;
    private State state = State.NEW;

    @Inject
    LocalBus(BusConfig config, MeterRegistry registry) {
        this(BusSettings.of(config), TimeSource.SYSTEM, registry);
    }

    LocalBus(BusSettings settings, TimeSource time, MeterRegistry registry) {
        this.settings = settings;
        this.time = time;
        this.metrics = new BusMetrics(registry);
        this.pool = new Worker.WorkerPool(new Semaphore(settings.handlers(), true), time, this::idle);
    }

    void begin(@Observes @Priority(FIRST) StartupEvent event) {
        start();
    }

    void end(@Observes @Priority(LAST) ShutdownEvent event) {
        close();
    }

    @Override
    public void start() {
        lock.lock();
        try {
            if (state == State.CLOSED || draining) {
                throw new IllegalStateException("the bus is closed or still stopping, and cannot be started");
            }
            state = State.RUNNING;
            topics.values().forEach(Topic::open);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void publish(Message message) throws InterruptedException {
        Topic topic = topics.get(message.topic());
        (topic == null ? topic(message.topic()) : topic).publish(message, false);
    }

    @Override
    public Subscription subscribe(String topic, SubscriptionOptions options, Handler handler) {
        return join(topic, null, options, handler);
    }

    @Override
    public Subscription subscribe(String topic, String group, SubscriptionOptions options, Handler handler) {
        return join(topic, group, options, handler);
    }

    private Subscription join(String topic, @Nullable String group, SubscriptionOptions options, Handler handler) {
        lock.lock();
        try {
            if (state == State.CLOSED) {
                throw new BusStoppedException(topic);
            }
            return topic(topic).subscribe(group, options, handler);
        } finally {
            lock.unlock();
        }
    }

    private Topic topic(String name) {
        lock.lock();
        try {
            return topics.computeIfAbsent(name, _ -> {
                Topic topic = new Topic(name, settings.buffer(), state == State.RUNNING, pool, time, deadLetterQueue);
                metrics.observe(topic);
                return topic;
            });
        } finally {
            lock.unlock();
        }
    }

    @Override
    public BusStats stats(String topic) {
        Topic known = topics.get(topic);
        return known == null ? BusStats.NONE : known.stats();
    }

    @Override
    public BusStats stats() {
        return topics.values().stream().map(Topic::stats).reduce(BusStats.NONE, BusStats::plus);
    }

    @Override
    public void stop() {
        lock.lock();
        try {
            if (state == State.RUNNING) {
                state = State.STOPPED;
            }
            topics.values().forEach(Topic::close);
            drain(settings.drainTimeout());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            state = State.CLOSED;
            stop();
            topics.values().forEach(Topic::endSubscriptions);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for all accepted messages; called with the lock held, which is released meanwhile. */
    private void drain(Duration within) {
        draining = true;
        try {
            long left = within.toNanos();
            while (!isSettled()) {
                if (left <= 0) {
                    discard();
                    return;
                }
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            discard();
        } finally {
            draining = false;
        }
    }

    private void discard() {
        LOG.warnf("messages dropped after the drain timeout: depth=%d", stats().depth());
        topics.values().forEach(Topic::discard);
    }

    /** Dead letters move between topics, so a scan of all topics is valid only if no message was published during it. */
    private boolean isSettled() {
        long before = published();
        return topics.values().stream().allMatch(Topic::isSettled) && published() == before;
    }

    private long published() {
        return topics.values().stream().mapToLong(Topic::published).sum();
    }

    /** Called by a worker without work. */
    private void idle() {
        if (draining) {
            lock.lock();
            try {
                idle.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
