package io.xg2g.upload;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.durability.DurableQueues;
import io.xg2g.durability.TextSerializer;
import io.xg2g.queue.Delivery;
import io.xg2g.queue.Durability;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueOptions;
import io.xg2g.schedule.TimeSource;
import io.xg2g.transcode.ResultTarget;
import io.xg2g.transcode.ResultUploads;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Uploads of the results of jobs, while the program runs. Thread-safe. */
@Singleton
class JobResults implements ResultTarget {
    private static final Logger LOG = Logger.getLogger(JobResults.class);
    private static final String QUEUE = "upload-results";

    /** After the jobs of earlier runs are loaded: what belongs to no job is removed from the queue. */
    private static final int AFTER_JOBS = 3_000;

    /** Items are ids of jobs, of 36 to 100 bytes. */
    private static final long QUEUE_BYTES = 64 << 20;

    private static final int SEGMENT_BYTES = 1 << 20;

    private final UploadSettings settings;
    private final ResultUploads results;
    private final Optional<Running> running;

    /** Parts that exist where there is a target. */
    private record Running(HttpTarget target, HybridQueue<String> queue, ResultUploader uploader) {}

    @Inject
    JobResults(
            UploadSettings settings,
            UploadMetrics metrics,
            Uploads uploads,
            DurableQueues queues,
            ResultUploads results) {
        this.settings = settings;
        this.results = results;
        running = settings.target().map(address -> {
            HttpTarget target = HttpTarget.at(address, settings.timeout());
            TargetCircuit circuit = new TargetCircuit(TimeSource.SYSTEM::nanoTime);
            metrics.observe(circuit);
            QueueOptions options = QueueOptions.named(QUEUE)
                    .with(new QueueOptions.Bounds(1, 1_000_000, 100))
                    .with(queues.storage(QUEUE, Durability.SYNC).sized(QUEUE_BYTES, SEGMENT_BYTES))
                    .withLease(UploadQueues.LEASE);
            HybridQueue<String> queue = queues.work(options, new TextSerializer());
            ResultUploader.Parts parts = new ResultUploader.Parts(
                    queue,
                    results::open,
                    target,
                    address.toString(),
                    circuit,
                    () -> circuit.successes() + uploads.successes(),
                    metrics,
                    Thread.ofVirtual().name("upload-result-", 0)::start);
            return new Running(target, queue, new ResultUploader(parts));
        });
    }

    @Override
    public boolean isConfigured() {
        return running.isPresent();
    }

    @Override
    public long maxBytes() {
        return settings.bounds().maxResultBytes();
    }

    @Override
    public void add(String job) {
        running.ifPresent(parts -> parts.queue().add(job));
    }

    /** Begins to upload. Results without an item get one: their item was damaged, or there was no target. */
    void begin(@Observes @Priority(AFTER_JOBS) StartupEvent event) {
        if (running.isEmpty() && !results.waiting().isEmpty()) {
            LOG.warnf(
                    "results wait for their upload, but there is no target: results=%d",
                    results.waiting().size());
        }
        running.ifPresent(parts -> {
            recover(parts.queue(), results::waiting);
            Thread.ofVirtual().name("upload-results").start(parts.uploader().consumer()::run);
        });
    }

    /** Makes the queue agree with what waits; a result waits before it is added, so what is not among these is done. */
    static void recover(HybridQueue<String> queue, Supplier<List<String>> waiting) {
        List<Delivery<String>> items = queue.poll(Integer.MAX_VALUE);
        Set<String> unqueued = new LinkedHashSet<>(waiting.get());
        for (Delivery<String> item : items) {
            if (unqueued.remove(item.item())) {
                item.putBack();
            } else {
                item.acknowledge();
            }
        }
        unqueued.forEach(queue::add);
    }

    void stop(@Observes ShutdownEvent event) {
        running.ifPresent(parts -> {
            parts.uploader().close();
            parts.target().close();
        });
    }
}
