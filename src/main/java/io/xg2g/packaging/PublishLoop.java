package io.xg2g.packaging;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a channel's windows in order. One thread at a time publishes, and writes audio segments without the packager's
 * lock; other threads leave their windows to it. Thread-safe.
 */
final class PublishLoop {
    private final Lock lock;
    private final WindowQueue pending;
    private final SegmentPublisher publisher;
    private final EncodingShare share;
    private final LiveMetrics.OfChannel metrics;
    private final Consumer<Path> delete;
    private final LongSupplier nanos;

    /** How often publishing was asked for and not done yet. */
    private final AtomicInteger requests = new AtomicInteger();

    /**
     * Publishes one channel.
     *
     * @param lock the packager's, which guards the windows, the publisher and the share
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

    /** Publishes what can be published. While a thread does that, others leave it to that one. */
    void run() {
        if (requests.getAndIncrement() > 0) {
            return;
        }
        boolean done = false;
        try {
            int asked;
            do {
                asked = requests.get();
                while (publishNext()) {}
            } while (requests.addAndGet(-asked) > 0);
            done = true;
        } finally {
            if (!done) {
                requests.set(0);
            }
        }
    }

    /** What is published next. */
    private sealed interface Step {
        PendingWindow window();

        /** A window that is not encoded yet. */
        record Early(SegmentPublisher.Prepared prepared) implements Step {
            @Override
            public PendingWindow window() {
                return prepared.window();
            }
        }

        /** A window with all that there will be of it. */
        record Whole(SegmentPublisher.Prepared prepared) implements Step {
            @Override
            public PendingWindow window() {
                return prepared.window();
            }
        }

        /** The rest of a window that was published early. */
        record Rest(PendingWindow window, PendingWindow.Early early) implements Step {}
    }

    /** Publishes the next window, or its rest; returns whether there was one. */
    private boolean publishNext() {
        Step step;
        lock.lock();
        try {
            step = nextStep(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
        Path audio;
        switch (step) {
            case null -> {
                return false;
            }
            case Step.Early(SegmentPublisher.Prepared prepared) -> audio = publisher.write(prepared);
            case Step.Whole(SegmentPublisher.Prepared prepared) -> audio = publisher.write(prepared);
            case Step.Rest _ -> audio = null;
        }
        List<Path> unwanted;
        lock.lock();
        try {
            unwanted = publish(step, audio, nanos.getAsLong());
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
            return new Step.Early(publisher.prepare(early.get()));
        }
        PendingWindow whole = pending.nextWhole(now).orElse(null);
        if (whole == null) {
            return null;
        }
        return whole.early == null ? new Step.Whole(publisher.prepare(whole)) : new Step.Rest(whole, whole.early);
    }

    /** Under the lock; returns the files that nobody wants. */
    private List<Path> publish(Step step, @Nullable Path audio, long now) {
        PendingWindow window = step.window();
        if (!pending.contains(window)) {
            return audio == null ? List.of() : List.of(audio);
        }
        if (!(step instanceof Step.Early)) {
            pending.remove(window);
            share.took(Math.max(0, now - window.dueAt) / 1e9);
            if (window.isGap()) {
                metrics.gap();
            }
        }
        return switch (step) {
            case Step.Early(SegmentPublisher.Prepared prepared) -> {
                publisher.publishEarly(prepared, audio, now);
                yield List.of();
            }
            case Step.Whole(SegmentPublisher.Prepared prepared) -> {
                if (prepared.publishable()) {
                    publisher.publish(prepared, audio, now);
                    metrics.published(Math.max(0, now - window.window.readyAt()) / 1e9);
                }
                yield List.of();
            }
            case Step.Rest(PendingWindow _, PendingWindow.Early early) -> {
                metrics.published(Math.max(0, now - window.window.readyAt()) / 1e9);
                yield publisher.complete(window, early);
            }
        };
    }
}
