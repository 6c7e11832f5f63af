package io.xg2g.upload;

import io.xg2g.durability.DurableQueues;
import io.xg2g.queue.Delivery;
import io.xg2g.queue.Durability;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.Overflow;
import io.xg2g.queue.QueueException;
import io.xg2g.queue.QueueOptions;
import io.xg2g.queue.QueueStats;
import io.xg2g.schedule.TimeSource;
import io.xg2g.storage.AtomicFile;
import io.xg2g.upload.UploadMetrics.Dropped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The durable queues of uploads: one for the windows of premium channels, one for those of all others, and one for deletions.
 * When a queue is full, its oldest windows are dropped, so that adding never waits for the target. Thread-safe.
 *
 * <p>Their durability is {@link Durability#ASYNC}: a kill loses windows of the latest 100 ms, which no uploaded playlist names,
 * and the channel begins a new epoch then anyway; a sync for each window would cost much and save nothing.
 */
final class UploadQueues {
    private static final Logger LOG = Logger.getLogger(UploadQueues.class);

    private static final String PREMIUM = "uploads-premium";
    private static final int MAX_ITEM_BYTES = 256 << 20;
    private static final long DELETION_BYTES = 64L << 20;
    private static final Duration DELETION_TTL = Duration.ofDays(7);

    /** Items are held as long as the target does not take them; a lease ends with the process. */
    static final Duration LEASE = Duration.ofDays(3650);

    private final Set<String> premiumChannels;
    private final Duration maxAge;
    private final UploadMetrics metrics;
    private final Runnable added;
    private final Windows premium;
    private final Windows others;
    private final HybridQueue<Upload> deletions;
    private final HeldWindows held = new HeldWindows();

    /** Open queues. */
    record Queues(HybridQueue<Upload> premium, HybridQueue<Upload> others, HybridQueue<Upload> deletions) {}

    /** Queue of windows, and the bound on their bytes; the rest of the disk is for records that are done. */
    private record Windows(HybridQueue<Upload> queue, long maxBytes) {
        private static final int DISK_SHARE = 4;

        private boolean hasRoomFor(long bytes) {
            QueueStats stats = queue.stats();
            return stats.memoryBytes() + stats.diskBytes() + bytes <= maxBytes / DISK_SHARE * (DISK_SHARE - 1);
        }
    }

    /**
     * Opens the queues.
     *
     * @param added called after an item was added; must not block
     */
    static UploadQueues open(DurableQueues queues, UploadSettings settings, UploadMetrics metrics, Runnable added) {
        long disk = settings.bounds().maxBytes() / 2;
        long memory = settings.bounds().memory() / 4;
        UploadSerializer premium = new UploadSerializer();
        UploadSerializer others = new UploadSerializer();
        Queues all = new Queues(
                open(queues, PREMIUM, disk, memory, premium),
                open(queues, "uploads", disk, memory, others),
                open(queues, "upload-deletions", DELETION_BYTES, DELETION_BYTES / 16, new UploadSerializer()));
        UploadQueues opened = new UploadQueues(all, disk, settings, metrics, added);
        PremiumChange.apply(
                new AtomicFile(queues.directory(PREMIUM).resolveSibling(PREMIUM + ".channels")),
                settings.selection().premium(),
                new PremiumChange.Side(all.premium(), premium, opened::move),
                new PremiumChange.Side(all.others(), others, opened::move));
        return opened;
    }

    /**
     * Uses open queues.
     *
     * @param disk bound on the disk of each queue of windows, in bytes
     */
    UploadQueues(Queues queues, long disk, UploadSettings settings, UploadMetrics metrics, Runnable added) {
        this.premiumChannels = settings.selection().premium();
        this.maxAge = settings.bounds().maxAge();
        this.metrics = metrics;
        this.added = added;
        premium = new Windows(queues.premium(), disk);
        others = new Windows(queues.others(), disk);
        deletions = queues.deletions();
    }

    private static HybridQueue<Upload> open(
            DurableQueues queues, String name, long disk, long memory, UploadSerializer serializer) {
        int segment = Math.clamp(disk / 32, 1 << 20, 16 << 20);
        QueueOptions options = QueueOptions.named(name)
                .with(new QueueOptions.Bounds(1, 1_000_000, MAX_ITEM_BYTES))
                .with(new QueueOptions.Memory(100_000, memory, 0.8, Overflow.OLDEST))
                .with(queues.storage(name, Durability.ASYNC).sized(disk, segment))
                .withLease(LEASE);
        return queues.work(options, serializer);
    }

    boolean isPremium(String channel) {
        return premiumChannels.contains(channel);
    }

    /** Adds a window; drops the oldest ones if it does not fit. Blocks on the disk only. */
    void add(Upload.Window window) {
        add(window, maxAge);
    }

    /** Adds a window that was taken from the other queue, for the rest of its time. */
    void move(Delivery<Upload> delivery) {
        Duration left = maxAge.minus(Duration.between(delivery.addedAt(), TimeSource.SYSTEM.instant()));
        if (left.toMillis() <= 0) {
            metrics.dropped(Dropped.EXPIRED, 1);
        } else if (delivery.item() instanceof Upload.Window window) {
            add(window, left.compareTo(maxAge) < 0 ? left : maxAge);
        }
    }

    private void add(Upload.Window window, Duration ttl) {
        boolean ofPremium = isPremium(window.channel());
        Windows windows = ofPremium ? premium : others;
        try {
            makeRoom(windows, ofPremium, window.bytes());
            windows.queue().add(window, 0, ttl);
            added.run();
        } catch (QueueException.Closed stopping) {
            LOG.debugf("window not uploaded, the program is stopping: stream=%s", window.channel());
        } catch (QueueException failure) {
            metrics.dropped(Dropped.NOT_STORED, 1);
            LOG.warnf("window not uploaded: stream=%s, reason=%s", window.channel(), failure.getMessage());
        }
    }

    private void makeRoom(Windows windows, boolean ofPremium, long bytes) {
        int dropped = 0;
        while (!windows.hasRoomFor(bytes) && dropOldest(windows, ofPremium)) {
            dropped++;
        }
        if (dropped > 0) {
            metrics.dropped(Dropped.FULL, dropped);
            LOG.warnf("upload queue full, oldest windows dropped: windows=%d", dropped);
        }
    }

    /** Drops a held window, which precedes others of its channel, or else the next one of the queue; false if there is none. */
    private boolean dropOldest(Windows windows, boolean ofPremium) {
        if (held.dropOldest(channel -> isPremium(channel) == ofPremium)) {
            return true;
        }
        Optional<Delivery<Upload>> oldest = windows.queue().poll();
        oldest.ifPresent(Delivery::acknowledge);
        return oldest.isPresent();
    }

    /** Returns the windows that are taken, and held back. */
    HeldWindows held() {
        return held;
    }

    /** Adds a deletion. One that does not fit is dropped: the segments stay on the target. */
    void add(Upload.Deletion deletion) {
        try {
            deletions.add(deletion, 0, DELETION_TTL);
            added.run();
        } catch (QueueException failure) {
            LOG.warnf(
                    "segments not deleted from the upload target: stream=%s, segments=%d, reason=%s",
                    deletion.channel(), deletion.names().size(), failure.getMessage());
        }
    }

    /** Takes the next window of a premium channel. */
    Optional<Delivery<Upload>> pollPremium() {
        return premium.queue().poll();
    }

    /** Takes the next window of another channel. */
    Optional<Delivery<Upload>> pollOthers() {
        return others.queue().poll();
    }

    /** Takes the next deletion. */
    Optional<Delivery<Upload>> pollDeletion() {
        return deletions.poll();
    }

    /** Ends deliveries. */
    static void acknowledge(List<Delivery<Upload>> deliveries) {
        deliveries.forEach(Delivery::acknowledge);
    }

    /** Drops windows that are too old. */
    void expire(List<Delivery<Upload>> deliveries) {
        acknowledge(deliveries);
        metrics.dropped(Dropped.EXPIRED, deliveries.size());
        LOG.warnf("windows not uploaded in time, dropped: windows=%d", deliveries.size());
    }

    /** Counts windows that a later owner, or a later run, of their channel has superseded. */
    void superseded(long windows) {
        metrics.dropped(Dropped.SUPERSEDED, windows);
    }

    /** Returns the number of windows that are not uploaded. */
    long waiting() {
        return premium.queue().stats().items() + others.queue().stats().items();
    }

    /** Returns the time since the oldest of these windows was added. */
    Duration oldestAge() {
        Duration one = premium.queue().stats().oldestAge();
        Duration other = others.queue().stats().oldestAge();
        return one.compareTo(other) > 0 ? one : other;
    }
}
