package io.xg2g.packaging;

import io.xg2g.media.Ticks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Publication of a channel's windows, in order. One thread at a time publishes, and writes audio segments without the
 * packager's lock; concurrent calls hand their request to that thread. Thread-safe.
 */
final class PublishLoop {
    private final Lock lock;
    private final WindowQueue pending;
    private final SegmentPublisher publisher;
    private final EncodingShare share;
    private final LiveMetrics.OfChannel metrics;
    private final Consumer<Path> delete;
    private final LongSupplier nanos;

    /** Number of calls of {@link #run} that are not handled. */
    private final AtomicInteger requests = new AtomicInteger();

    /**
     * Creates the loop of a channel.
     *
     * @param lock of the packager; guards the windows, the publisher and the share
     * @param delete deletes a file; must not throw
     */
    PublishLoop(
            Lock lock,
            WindowQueue pending,
            SegmentPublisher publisher,
            EncodingShare share,
            LiveMetrics.OfChannel metrics,
            Consumer<Path> delete,
            LongSupplier nanos) {
        this.lock = lock;
        this.pending = pending;
        this.publisher = publisher;
        this.share = share;
        this.metrics = metrics;
        this.delete = delete;
        this.nanos = nanos;
    }

    /** Publishes all windows that are ready, or leaves that to the thread that is already publishing. */
    void run() {
        if (requests.getAndIncrement() > 0) {
            return;
        }
        boolean done = false;
        try {
            int handled;
            do {
                handled = requests.get();
                while (publishNext()) {}
            } while (requests.addAndGet(-handled) > 0);
            done = true;
        } finally {
            if (!done) {
                requests.set(0);
            }
        }
    }

    /** Next publication. */
    private sealed interface Step {
        PendingWindow window();

        /** Window that is not encoded. */
        record Early(SegmentPublisher.Prepared prepared) implements Step {
            @Override
            public PendingWindow window() {
                return prepared.window();
            }
        }

        /** Window with all its renditions. */
        record Complete(SegmentPublisher.Prepared prepared) implements Step {
            @Override
            public PendingWindow window() {
                return prepared.window();
            }
        }

        /** Remaining renditions of a window that was published early. */
        record Remainder(PendingWindow window, PendingWindow.Early early, List<SegmentPublisher.Missing> missing)
                implements Step {}
    }

    /** Performs the next publication; returns whether there was one. */
    private boolean publishNext() {
        Step step;
        lock.lock();
        try {
            step = nextStep(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
        SegmentPublisher.Written written;
        switch (step) {
            case null -> {
                return false;
            }
            case Step.Early(SegmentPublisher.Prepared prepared) -> written = publisher.write(prepared);
            case Step.Complete(SegmentPublisher.Prepared prepared) -> written = publisher.write(prepared);
            case Step.Remainder(PendingWindow window, PendingWindow.Early _, List<SegmentPublisher.Missing> missing) ->
                written = new SegmentPublisher.Written(Map.of(), publisher.hold(window, missing));
        }
        List<Path> unwanted;
        lock.lock();
        try {
            unwanted = publish(step, written, nanos.getAsLong());
        } finally {
            lock.unlock();
        }
        unwanted.forEach(delete);
        return true;
    }

    /** Under the lock. */
    private @Nullable Step nextStep(long now) {
        Optional<PendingWindow> early = pending.nextEarly(now);
        if (early.isPresent()) {
            return new Step.Early(publisher.prepare(early.get()).early());
        }
        PendingWindow complete = pending.nextComplete(now).orElse(null);
        if (complete == null) {
            return null;
        }
        return complete.early == null
                ? new Step.Complete(publisher.prepare(complete))
                : new Step.Remainder(complete, complete.early, publisher.missing(complete, complete.early.epoch()));
    }

    /** Under the lock; returns the files to delete. */
    private List<Path> publish(Step step, SegmentPublisher.Written written, long now) {
        PendingWindow window = step.window();
        if (!pending.contains(window)) {
            return written.files();
        }
        if (!(step instanceof Step.Early)) {
            pending.remove(window);
            if (!window.isSlate()) {
                share.published(Math.max(0, now - window.dueAt) / 1e9, window.ranNanos / 1e9, now);
            }
            if (window.isGap()) {
                metrics.gap();
            }
        }
        return switch (step) {
            case Step.Early(SegmentPublisher.Prepared prepared) -> {
                publisher.publishEarly(prepared, written, now);
                count(prepared, written);
                yield List.of();
            }
            case Step.Complete(SegmentPublisher.Prepared prepared) -> {
                if (!prepared.publishable()) {
                    yield List.of();
                }
                count(prepared, written);
                if (!window.isSlate()) {
                    metrics.published(Math.max(0, now - window.window.readyAt()) / 1e9);
                }
                yield publisher.publish(prepared, written, now);
            }
            case Step.Remainder(PendingWindow _, PendingWindow.Early early, List<SegmentPublisher.Missing> _) -> {
                metrics.published(Math.max(0, now - window.window.readyAt()) / 1e9);
                metrics.filled(written.held().size());
                yield publisher.complete(window, early, written.held());
            }
        };
    }

    /** Counts segments that hold a picture or are silent, and the time of slates. */
    private void count(SegmentPublisher.Prepared prepared, SegmentPublisher.Written written) {
        PendingWindow window = prepared.window();
        if (window.isSlate()) {
            metrics.slate((double) window.window.duration() / Ticks.PER_SECOND);
        } else {
            metrics.filled(written.held().size() + prepared.silent());
        }
    }
}
