package io.xg2g.packaging;

import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ingest.Pacer;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AacFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns a channel's windows into published segments, in order: each window is one unit for the dispatcher, its sound is cut
 * here, and it is published when it and all before it are there. What needs no encoder, the source's own video and the
 * sound, does not wait for the rest. A window that takes too long becomes a gap.
 *
 * <p>It works while somebody wants renditions; otherwise it keeps the latest few windows, so that it can begin at once.
 *
 * <p>Thread-safe. What is large is written outside of the lock.
 */
public final class Packager implements WindowTranscoder.Listener {
    /** How many windows a start can begin with. */
    private static final int RECENT = 3;

    /** By how much the sound of one epoch's end and of another one's beginning can stand out, in 90 kHz ticks. */
    private static final long OVERHANG = 2 * 1024 * 90_000L / 48_000;

    private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(500);

    /** How many windows of a channel are with the dispatcher at once: nobody can hold all slots, and order is kept. */
    private static final int MOST_SUBMITTED = 2;

    /** As long as nothing is published, all that the machine has to give is for the first one. */
    private static final int MOST_SUBMITTED_FIRST = 1;

    private final boolean paced;
    private final Profiles profiles;
    private final WindowTranscoder units;
    private final SegmentTimeline timeline;
    private final SegmentPublisher publications;
    private final ChannelTime time;
    private final LiveMetrics.OfChannel metrics;
    private final LongSupplier nanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<PendingWindow> pending = new ArrayDeque<>();
    private final EncodingShare share;
    private SourceRun run = new SourceRun(false);
    private @Nullable EpochBuilder epoch;
    private volatile boolean active;

    private volatile int dropped;

    /** Why nothing can be encoded; empty where it can. */
    private volatile Optional<String> refusal = Optional.empty();

    /** The oldest window that is not published, for those who only look. */
    private volatile @Nullable PendingWindow oldest;

    /**
     * Packages one channel.
     *
     * @param paced whether the source can be read ahead of time
     * @param store the channel's directory
     */
    public Packager(
            String channel,
            boolean paced,
            WindowTranscoder.Tools tools,
            SegmentTimeline timeline,
            ChannelTime time,
            LiveMetrics.OfChannel metrics,
            EncodingShare share,
            LongSupplier nanos,
            Path store) {
        this.paced = paced;
        this.profiles = tools.profiles();
        this.units = new WindowTranscoder(channel, tools, store, this);
        this.timeline = timeline;
        this.publications = new SegmentPublisher(timeline, store, tools.work()::delete);
        this.time = time;
        this.metrics = metrics;
        this.share = share;
        this.nanos = nanos;
    }

    /**
     * A new run of the segmenter begins; its times have nothing to do with those before.
     *
     * @param sound whether audio frames will come
     */
    public void begin(boolean sound) {
        lock.lock();
        try {
            run.ended = true;
            run = new SourceRun(sound);
            epoch = null;
        } finally {
            lock.unlock();
        }
        publish();
    }

    /** The run has ended: no window and no sound will come before the next {@link #begin}. */
    public void end() {
        lock.lock();
        try {
            run.ended = true;
        } finally {
            lock.unlock();
        }
        publish();
    }

    /** The next window of the source. */
    public void window(SourceWindow window) {
        List<PendingWindow> added = List.of();
        lock.lock();
        try {
            run.recent.addLast(window);
            if (run.recent.size() > RECENT) {
                run.recent.removeFirst();
            }
            if (active) {
                added = List.of(enqueue(window));
            }
        } finally {
            lock.unlock();
        }
        begin(added);
        turnAway();
    }

    /** The next audio frame of the source. */
    public void audio(AacFrame frame) {
        boolean waited;
        lock.lock();
        try {
            run.audio.add(frame);
            PendingWindow head = pending.peekFirst();
            waited = head != null && frame.pts() >= head.window.end();
        } finally {
            lock.unlock();
        }
        if (waited) {
            publish();
        }
    }

    /** Somebody wants renditions: begins with the latest windows, if it was not at work. Blocks on the disk. */
    public void activate() {
        List<PendingWindow> added;
        lock.lock();
        try {
            if (active) {
                return;
            }
            active = true;
            refusal = Optional.empty();
            added = run.recent.stream().map(this::enqueue).toList();
        } finally {
            lock.unlock();
        }
        begin(added);
        turnAway();
    }

    /** Encodes nothing where there is no capacity, and tells who waits. */
    private void turnAway() {
        if (refusal.isPresent()) {
            deactivate();
            timeline.interrupt();
        }
    }

    /** Why nothing can be encoded; empty where it can, or nobody has asked since. */
    public Optional<String> refusal() {
        return refusal;
    }

    /** Puts what needs no encoder in its place, publishes it, and has the rest encoded. */
    private void begin(List<PendingWindow> added) {
        for (PendingWindow window : added) {
            SourceWindow.Passthrough passthrough = window.passthrough();
            EncodedWindow.Encoded own = passthrough == null ? null : units.storePassthrough(window, passthrough);
            boolean wanted;
            lock.lock();
            try {
                window.own = own;
                window.prepared = true;
                wanted = pending.contains(window);
            } finally {
                lock.unlock();
            }
            if (!wanted) {
                units.discard(window);
            }
        }
        publish();
        submit();
    }

    /** Nobody wants renditions any longer. What is published stays. */
    public void deactivate() {
        List<PendingWindow> unwanted;
        lock.lock();
        try {
            active = false;
            epoch = null;
            unwanted = List.copyOf(pending);
            pending.clear();
            oldest = null;
            timeline.completeAll();
            share.release();
        } finally {
            lock.unlock();
        }
        unwanted.forEach(units::cancel);
        unwanted.forEach(units::discard);
    }

    /** Waits until no unit of the channel runs any longer, for a bounded time. */
    public void awaitEnd() {
        units.awaitEnd(Duration.ofSeconds(10));
    }

    public boolean isActive() {
        return active;
    }

    /** The newest window, also while nobody wants renditions. */
    public Optional<SourceWindow> newest() {
        lock.lock();
        try {
            return Optional.ofNullable(run.recent.peekLast());
        } finally {
            lock.unlock();
        }
    }

    /** How long the oldest unpublished window has been ready, in seconds. */
    public double behindSeconds() {
        return behind(nanos.getAsLong());
    }

    /** How many rungs are left out at present. */
    public int droppedRungs() {
        return dropped;
    }

    /** To be called about once a second: gives up what took too long, and submits again what was turned away. */
    public void tick() {
        long now = nanos.getAsLong();
        List<PendingWindow> late = new ArrayList<>();
        lock.lock();
        try {
            for (PendingWindow window : pending) {
                if (now - window.giveUpAt() > 0 && !window.settled) {
                    late.add(window);
                }
            }
        } finally {
            lock.unlock();
        }
        late.forEach(units::giveUp);
        submit();
        publish();
        timeline.sweep(now);
    }

    private double behind(long now) {
        PendingWindow window = oldest;
        return window == null ? 0 : Math.max(0, now - window.dueAt) / 1e9;
    }

    /** Under the lock. */
    private PendingWindow enqueue(SourceWindow window) {
        EpochBuilder open = epoch;
        if (open == null) {
            long buffered = run.recent.getLast().end() - window.start() + (paced ? Pacer.BURST : 0);
            open = EpochBuilder.of(window, time.begin(buffered) - window.start(), profiles, share, run);
        } else if (open.loses(window)) {
            run.passthrough = false;
            open = EpochBuilder.of(window, open.offset, profiles, share, run);
        }
        epoch = open;
        long now = nanos.getAsLong();
        if (timeline.early().isEmpty() && !open.begun()) {
            refusal = share.refusal(open, window);
        }
        List<RenditionSpec> rungs = share.rungs(open, window, behind(now));
        dropped = open.ladder.size() - rungs.size();
        metrics.dropped(dropped);
        PendingWindow next = new PendingWindow(open, window, rungs, open.due(now, window.duration()));
        pending.addLast(next);
        oldest = pending.peekFirst();
        // What begins before this is published has to lie behind it.
        time.reached(next.begin() + window.duration() + OVERHANG);
        return next;
    }

    /** Submits the next windows, as many as may be with the dispatcher at once. */
    private void submit() {
        List<PendingWindow> next = new ArrayList<>();
        lock.lock();
        try {
            long now = nanos.getAsLong();
            boolean playing = pending.isEmpty() || pending.getFirst().epoch.begun();
            long room = (playing ? MOST_SUBMITTED : MOST_SUBMITTED_FIRST)
                    - pending.stream().filter(window -> window.submitted).count();
            for (PendingWindow window : pending) {
                boolean may = window.prepared && !window.settled && !window.submitted;
                if (next.size() < room && may && now >= window.submitAt) {
                    window.submitted = true;
                    next.add(window);
                }
            }
        } finally {
            lock.unlock();
        }
        for (PendingWindow window : next) {
            units.submit(window, Objects.requireNonNull(window.window.video()));
        }
    }

    @Override
    public void refused(PendingWindow window) {
        lock.lock();
        try {
            window.submitted = false;
            window.submitAt = nanos.getAsLong() + RETRY;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void settled(PendingWindow window, @Nullable EncodedWindow encoded) {
        boolean wanted;
        lock.lock();
        try {
            wanted = pending.contains(window);
            window.submitted = false;
            window.settled = true;
            window.encoded = encoded;
        } finally {
            lock.unlock();
        }
        if (!wanted) {
            units.discard(window);
        }
        publish();
        submit();
    }

    /** Publishes what is next, as long as it is there. */
    private void publish() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            for (PendingWindow window : pending) {
                if (window.number.isEmpty()) {
                    if (!window.isReadyEarly(now)) {
                        break;
                    }
                    publications.publishEarly(window, now);
                }
            }
            for (PendingWindow head = pending.peekFirst(); head != null && head.isReady(now); ) {
                pending.removeFirst();
                share.took(Math.max(0, now - head.dueAt) / 1e9);
                if (head.isGap()) {
                    metrics.gap();
                }
                if (publications.publish(head, now)) {
                    metrics.published(Math.max(0, now - head.window.readyAt()) / 1e9);
                }
                head = pending.peekFirst();
            }
        } finally {
            oldest = pending.peekFirst();
            lock.unlock();
        }
    }
}
