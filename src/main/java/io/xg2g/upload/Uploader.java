package io.xg2g.upload;

import io.xg2g.packaging.SegmentFiles;
import io.xg2g.queue.Delivery;
import io.xg2g.queue.QueueException;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Takes uploads from the queues and sends them to the target: several channels at once, each in order. An item is
 * acknowledged after it is stored; what is under way when the program ends is uploaded again by the next run.
 *
 * <p>One thread takes; each channel's work has a virtual thread. Thread-safe.
 */
final class Uploader {
    private static final Logger LOG = Logger.getLogger(Uploader.class);

    /** Time that a segment stays on the target after it has left the playlists, for players with an older one. */
    static final Duration RETENTION = SegmentFiles.RETENTION;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final int MAX_CHANNELS = 1000;

    /** Deliveries that are taken before work is begun. */
    private static final int MAX_TAKEN = 1000;

    /**
     * What it needs.
     *
     * @param deletions circuit of a target that refuses deletions
     * @param maxAge of the windows that are uploaded
     * @param threads runs the work of one channel in a thread of its own
     */
    record Parts(
            UploadQueues queues,
            Lanes lanes,
            TargetCircuit circuit,
            TargetCircuit deletions,
            Fences fences,
            Uploaders uploaders,
            TimeSource time,
            Duration maxAge,
            Executor threads) {}

    /** Maker of the uploader of a channel under a lease. */
    interface Uploaders {
        ChannelUploader make(String channel, long fence);
    }

    private final Parts parts;
    private final int parallel;
    private final AtomicInteger active = new AtomicInteger();
    private final Semaphore changes = new Semaphore(0);
    private final Set<Thread> working = ConcurrentHashMap.newKeySet();
    private final Thread taker = Thread.ofVirtual().name("uploads").unstarted(this::run);

    /** By channel, in order of use. Guarded by itself. */
    private final Map<String, ChannelUploader> uploaders = new LinkedHashMap<>(16, 0.75f, true);

    private volatile boolean closed;

    Uploader(Parts parts, int parallel) {
        this.parts = parts;
        this.parallel = parallel;
    }

    void start() {
        taker.start();
    }

    /** There may be something to do. Does not block. */
    void wake() {
        if (changes.availablePermits() == 0) {
            changes.release();
        }
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    step();
                } catch (QueueException.Closed stopping) {
                    return;
                } catch (RuntimeException failure) {
                    LOG.errorf(failure, "uploads not taken from the queue, retried");
                }
                Duration wait = parts.circuit().untilRetry();
                wait = parts.lanes()
                        .untilReady(wait.isZero() || wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
                boolean ignored = changes.tryAcquire(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS);
                changes.drainPermits();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins all work that can be begun. */
    void step() {
        fill();
        dispatch();
    }

    /** Moves deliveries into the lanes, as far as there is room. Those that are held there take none, so that they are counted. */
    private void fill() {
        int left = MAX_TAKEN;
        boolean expired = true;
        while (expired) {
            boolean released = parts.lanes().release();
            left -= moved(left, true, () -> lane(parts.queues().pollPremium()));
            left -= moved(left, false, () -> lane(parts.queues().pollOthers()));
            // The queue drops those that are too old: after a long outage many, and the next ones are not to wait for
            // them.
            expired = released && left == MAX_TAKEN && parts.lanes().hasRoom(false);
        }
        left -= moved(mostDeletions(left), false, () -> deletion(parts.queues().pollDeletion()));
        if (left == 0) {
            wake();
        }
    }

    /** Moves deliveries into the lanes while there is room and another one, at most so many; returns how many. */
    private int moved(int most, boolean premium, BooleanSupplier next) {
        int number = 0;
        while (number < most && parts.lanes().hasRoom(premium) && next.getAsBoolean()) {
            number++;
        }
        return number;
    }

    /** Returns how many deletions are taken: one after a while, where the target refuses them. They would keep windows waiting. */
    private int mostDeletions(int left) {
        boolean refused = parts.deletions().reason().isPresent();
        return !refused ? left : parts.deletions().untilRetry().isZero() ? Math.min(left, 1) : 0;
    }

    private boolean lane(Optional<Delivery<Upload>> delivery) {
        delivery.ifPresent(present -> parts.lanes()
                .add(present, parts.queues().isPremium(present.item().channel())));
        return delivery.isPresent();
    }

    private boolean deletion(Optional<Delivery<Upload>> delivery) {
        delivery.ifPresent(present -> {
            Duration left = RETENTION.minus(Duration.between(present.addedAt(), now()));
            if (left.toMillis() <= 0) {
                lane(delivery);
            } else {
                // Longer where the wall clock was set back.
                present.putBack(left.compareTo(RETENTION) < 0 ? left : RETENTION);
            }
        });
        return delivery.isPresent();
    }

    private Instant now() {
        return parts.time().instant();
    }

    /** Begins work, as far as the target and the bound on parallel work allow. */
    private void dispatch() {
        while (active.get() < parallel && parts.circuit().tryEnter()) {
            Optional<Lanes.Work> work = parts.lanes().next();
            if (work.isEmpty()) {
                parts.circuit().left();
                return;
            }
            active.incrementAndGet();
            parts.threads().execute(() -> work(work.get()));
        }
    }

    private void work(Lanes.Work work) {
        ChannelUploader.Result result = ChannelUploader.Result.FAILED;
        working.add(Thread.currentThread());
        try {
            OptionalLong latest = parts.fences().latest(work.channel());
            if (latest.isPresent()) {
                result = work(work, latest.getAsLong());
            }
        } catch (QueueException.Closed stopping) {
            LOG.debugf("upload ended with the program: stream=%s", work.channel());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.errorf(bug, "upload failed, retried: stream=%s", work.channel());
        } finally {
            finish(work, result);
        }
    }

    /**
     * Does it.
     *
     * @param latest number of the latest lease of the channel
     */
    private ChannelUploader.Result work(Lanes.Work work, long latest) throws InterruptedException {
        if (work.isDeletion()) {
            work.deliveries().forEach(delivery -> delete(delivery, latest));
            return ChannelUploader.Result.DONE;
        }
        if (isExpired(work)) {
            parts.queues().expire(work.deliveries());
            return ChannelUploader.Result.DONE;
        }
        List<Upload.Window> windows = windows(work.deliveries());
        long fence = windows.stream().mapToLong(Upload.Window::fence).reduce(latest, Math::max);
        List<Upload.Window> current =
                windows.stream().filter(window -> window.fence() == fence).toList();
        ChannelUploader.Result result = current.isEmpty()
                ? ChannelUploader.Result.DONE
                : uploader(work.channel(), fence).upload(current);
        if (result == ChannelUploader.Result.DONE) {
            UploadQueues.acknowledge(work.deliveries());
            parts.queues().superseded(windows.size() - current.size());
        }
        return result;
    }

    /** Returns whether even the newest window is too old; the queue drops those that are not in memory. */
    private boolean isExpired(Lanes.Work work) {
        return Duration.between(work.deliveries().getLast().addedAt(), now()).compareTo(parts.maxAge()) > 0;
    }

    private void finish(Lanes.Work work, ChannelUploader.Result result) {
        parts.circuit().left();
        if (result == ChannelUploader.Result.DONE) {
            parts.lanes().ended(work);
        } else {
            boolean progress = result == ChannelUploader.Result.PROGRESS;
            parts.lanes().failed(work, progress, parts.circuit().backoff().after(progress ? 1 : work.failures() + 1));
        }
        working.remove(Thread.currentThread());
        active.decrementAndGet();
        wake();
    }

    private void delete(Delivery<Upload> delivery, long latest) {
        boolean enters = parts.deletions().tryEnter();
        try {
            if (delivery.item() instanceof Upload.Deletion deletion && !(enters && delete(deletion, latest))) {
                delivery.putBack(RETENTION);
            } else {
                delivery.acknowledge();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            if (enters) {
                parts.deletions().left();
            }
        }
    }

    private boolean delete(Upload.Deletion deletion, long latest) throws InterruptedException {
        if (deletion.fence() < latest) {
            // The owner deletes the playlists. What they name is read each time, since this program does not store them
            // any more.
            return parts.uploaders().make(deletion.channel(), latest).delete(deletion.ofSegments());
        }
        return uploader(deletion.channel(), deletion.fence()).delete(deletion);
    }

    private static List<Upload.Window> windows(List<Delivery<Upload>> deliveries) {
        return deliveries.stream()
                .map(Delivery::item)
                .filter(Upload.Window.class::isInstance)
                .map(Upload.Window.class::cast)
                .toList();
    }

    /** Returns the uploader of a channel; another one under a later lease than before. */
    private ChannelUploader uploader(String channel, long fence) {
        synchronized (uploaders) {
            ChannelUploader uploader = uploaders.compute(
                    channel,
                    (_, known) -> known == null || known.fence() < fence
                            ? parts.uploaders().make(channel, fence)
                            : known);
            if (uploaders.size() > MAX_CHANNELS) {
                // The least recently used one is not at work: at most 64 are.
                uploaders.remove(uploaders.keySet().iterator().next());
            }
            return uploader;
        }
    }

    /** Ends; waits at most some seconds for what is under way, which the next run repeats. */
    void close() {
        closed = true;
        taker.interrupt();
        working.forEach(Thread::interrupt);
        try {
            taker.join(LONGEST_WAIT);
            for (Thread thread : working) {
                thread.join(LONGEST_WAIT);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
