package io.xg2g.durability;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.xg2g.queue.CircularQueue;
import io.xg2g.queue.Durability;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueOptions;
import io.xg2g.queue.Recovery;
import io.xg2g.queue.Serializer;
import io.xg2g.storage.DataDirectory;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Opens queues in the data directory, each in {@code queues/<name>}, with their metrics, and closes them when the program ends.
 * Thread-safe.
 */
@Singleton
@Startup
public class DurableQueues {
    private static final Logger LOG = Logger.getLogger(DurableQueues.class);

    /** Opens a queue of one kind. */
    private interface Opening<Q extends AutoCloseable> {
        Q open(QueueOptions options) throws IOException;
    }

    private final DataDirectory directory;
    private final MeterRegistry registry;

    /** Guarded by this. */
    private final List<AutoCloseable> open = new ArrayList<>();

    private final QueueReports reports = new QueueReports();

    DurableQueues(DataDirectory directory, MeterRegistry registry) {
        this.directory = directory;
        this.registry = registry;
    }

    /** Returns the directory of a queue. */
    public Path directory(String queue) {
        return directory.path().resolve("queues").resolve(queue);
    }

    /** Returns the default storage of a queue: 1 GiB in segments of 16 MiB. */
    public QueueOptions.Storage storage(String queue, Durability durability) {
        return QueueOptions.Storage.in(directory(queue), durability);
    }

    /**
     * Opens a work queue.
     *
     * @throws IllegalStateException if its directory cannot be used
     */
    public <T> HybridQueue<T> work(QueueOptions options, Serializer<T> serializer) {
        QueueMetrics metrics = new QueueMetrics(registry, options.name(), reports);
        HybridQueue<T> queue =
                open(options, metrics, observed -> HybridQueue.open(observed, serializer), HybridQueue::recovery);
        metrics.observe(queue::stats);
        return queue;
    }

    /** Opens a circular queue, as {@link #work}. */
    public <T> CircularQueue<T> circular(QueueOptions options, Serializer<T> serializer) {
        QueueMetrics metrics = new QueueMetrics(registry, options.name(), reports);
        CircularQueue<T> queue =
                open(options, metrics, observed -> CircularQueue.open(observed, serializer), CircularQueue::recovery);
        metrics.observe(queue::stats);
        return queue;
    }

    /**
     * Reports what happens to the files of all queues, also before this call.
     *
     * @param observer called by threads that use the queues, must not block
     */
    public void onReport(Consumer<QueueReport> observer) {
        reports.observe(observer);
    }

    /** Returns the queues that refuse items, since their files were deleted by another program, and the reasons. */
    public Map<String, String> displaced() {
        return reports.displaced();
    }

    private synchronized <Q extends AutoCloseable> Q open(
            QueueOptions options, QueueMetrics metrics, Opening<Q> opening, Function<Q, Recovery> recovery) {
        try {
            Q queue = opening.open(options.with(metrics));
            open.add(queue);
            Recovery found = recovery.apply(queue);
            LOG.infof(
                    "queue opened: queue=%s, items=%d, files=%d, bytesCut=%d",
                    options.name(), found.items(), found.segments(), found.bytesCut());
            found.damage().forEach(metrics::damaged);
            return queue;
        } catch (IOException unusable) {
            throw new IllegalStateException(
                    "queue " + options.name() + " in " + directory(options.name()) + " cannot be used (" + unusable
                            + ")",
                    unusable);
        }
    }

    /** Closes all queues: what is added afterwards is refused, and nothing is written. Does nothing the second time. */
    @PreDestroy
    public synchronized void close() {
        for (AutoCloseable queue : open.reversed()) {
            try {
                queue.close();
            } catch (Exception failure) {
                LOG.errorf("queue not closed in order: error=%s", failure);
            }
        }
        open.clear();
    }
}
