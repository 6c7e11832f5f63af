package io.xg2g.packaging;

import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ingest.Pacer;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AacFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Packages a channel's windows into published segments, in order. Each window is one unit for the dispatcher; it is published
 * when it and all before it are encoded. What needs no encoder, the passthrough and the audio, is published before. A window
 * that takes too long becomes a gap.
 *
 * <p>It works while renditions are wanted; otherwise it keeps the latest few windows, so that it can begin at once.
 *
 * <p>Thread-safe. No file is read or written under the lock.
 */
public final class Packager implements WindowTranscoder.Listener {
    /** How many windows a start can begin with. */
    private static final int RECENT = 3;

    /** By how much the audio of one epoch's end and of the next one's beginning can overlap, in 90 kHz ticks. */
    private static final long OVERHANG = 2 * 1024 * 90_000L / 48_000;

    private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(500);

    private final boolean paced;
    private final Profiles profiles;
    private final WindowTranscoder transcoder;
    private final SegmentTimeline timeline;
    private final ChannelTime time;
    private final LiveMetrics.OfChannel metrics;
    private final LongSupplier nanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final WindowQueue pending = new WindowQueue();
    private final EncodingShare share;
    private final PublishLoop publishing;
    private SourceRun run = new SourceRun(false);
    private @Nullable EpochBuilder epoch;

    private volatile boolean active;
    private volatile int dropped;

    /** Why nothing can be encoded; empty where it can. */
    private volatile Optional<String> refusal = Optional.empty();

    /**
     * Packages one channel.
     *
     * @param paced whether the source can be read ahead of time
     * @param directory the channel's directory
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
            Path directory) {
        this(
                channel,
                paced,
                tools.profiles(),
                WindowTranscoder.Means.of(tools, channel, directory, nanos),
                timeline,
                time,
                metrics,
                share);
    }

    /** Packages one channel with any means to transcode and store. */
    Packager(
            String channel,
            boolean paced,
            Profiles profiles,
            WindowTranscoder.Means means,
            SegmentTimeline timeline,
            ChannelTime time,
            LiveMetrics.OfChannel metrics,
            EncodingShare share) {
        this.paced = paced;
        this.profiles = profiles;
        this.transcoder = new WindowTranscoder(channel, means, this);
        this.timeline = timeline;
        this.time = time;
        this.metrics = metrics;
        this.share = share;
        this.nanos = means.nanos();
        this.publishing = new PublishLoop(
                lock, pending, new SegmentPublisher(timeline, means.store()), share, metrics, means.delete(), nanos);
    }

    /**
     * A new run of the segmenter begins; its times have nothing to do with those before.
     *
     * @param audio whether audio frames will come
     */
    public void begin(boolean audio) {
        lock.lock();
        try {
            run.ended = true;
            run = new SourceRun(audio);
            epoch = null;
        } finally {
            lock.unlock();
        }
        publishing.run();
    }

    /** The run has ended: no window and no audio will come before the next {@link #begin}. */
    public void end() {
        lock.lock();
        try {
            run.ended = true;
        } finally {
            lock.unlock();
        }
        publishing.run();
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
            PendingWindow head = pending.head();
            waited = head != null && frame.pts() >= head.window.end();
        } finally {
            lock.unlock();
        }
        if (waited) {
            publishing.run();
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
            if (passthrough != null) {
                prepare(window, passthrough);
            }
        }
        publishing.run();
        submit();
    }

    private void prepare(PendingWindow window, SourceWindow.Passthrough passthrough) {
        EncodedWindow.Encoded own = transcoder.storePassthrough(window, passthrough);
        boolean wanted;
        lock.lock();
        try {
            window.own = own;
            window.state = window.state.prepared();
            wanted = pending.contains(window);
        } finally {
            lock.unlock();
        }
        if (!wanted) {
            transcoder.discard(window);
        }
    }

    /** Nobody wants renditions any longer. What is published stays. */
    public void deactivate() {
        List<PendingWindow> unwanted;
        lock.lock();
        try {
            active = false;
            epoch = null;
            unwanted = pending.clear();
            timeline.completeAll();
            share.release();
        } finally {
            lock.unlock();
        }
        unwanted.forEach(transcoder::cancel);
        unwanted.forEach(transcoder::discard);
    }

    /** Waits until no unit of the channel runs any longer, for a bounded time. */
    public void awaitEnd() {
        transcoder.awaitEnd(Duration.ofSeconds(10));
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
        return pending.behindSeconds(nanos.getAsLong());
    }

    /** How many rungs are left out at present. */
    public int droppedRungs() {
        return dropped;
    }

    /** To be called about once a second: gives up what took too long, and submits again what was turned away. */
    public void tick() {
        long now = nanos.getAsLong();
        List<PendingWindow> late;
        lock.lock();
        try {
            late = pending.late(now);
        } finally {
            lock.unlock();
        }
        late.forEach(transcoder::giveUp);
        submit();
        publishing.run();
        timeline.sweep(now);
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
        List<RenditionSpec> rungs = share.rungs(open, window, pending.behindSeconds(now));
        dropped = open.ladder.size() - rungs.size();
        metrics.dropped(dropped);
        PendingWindow next = new PendingWindow(open, window, rungs, open.due(now, window.duration()));
        pending.add(next);
        // What begins before this is published has to lie behind it.
        time.reached(next.begin() + window.duration() + OVERHANG);
        return next;
    }

    /** Submits the next windows, as many as may be with the dispatcher at once. */
    private void submit() {
        List<PendingWindow> next;
        lock.lock();
        try {
            next = pending.submit(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
        for (PendingWindow window : next) {
            transcoder.submit(window, Objects.requireNonNull(window.window.video()));
        }
    }

    @Override
    public void refused(PendingWindow window) {
        lock.lock();
        try {
            window.state = window.state.refused(nanos.getAsLong() + RETRY);
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
            window.state = window.state.settled(encoded);
        } finally {
            lock.unlock();
        }
        if (!wanted) {
            transcoder.discard(window);
        }
        publishing.run();
        submit();
    }
}
