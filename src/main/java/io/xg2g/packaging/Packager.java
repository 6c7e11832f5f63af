package io.xg2g.packaging;

import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AudioFrame;
import io.xg2g.media.AudioTrackInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Packager of one channel: turns windows into published segments, in order. Each window is one transcoding unit and is
 * published after it and all windows before it are encoded; its passthrough and its audio, which need no encoder, are
 * published early. A window that takes too long holds the picture before it, and while the source is away, slates are
 * published.
 *
 * <p>While inactive, it only retains the latest windows, for a fast start.
 *
 * <p>Thread-safe. No file is read or written under the lock.
 */
public final class Packager implements WindowTranscoder.Listener {
    /** Maximum number of retained windows that are published at activation. */
    private static final int MAX_RECENT = 3;

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final WindowTranscoder transcoder;
    private final SegmentTimeline timeline;
    private final EpochSequence epochs;
    private final LiveMetrics.OfChannel metrics;
    private final LongSupplier nanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final WindowQueue pending = new WindowQueue();
    private final EncodingShare share;
    private final PublishLoop publishing;
    private final SlateWindows slates;
    private SourceRun run = new SourceRun(List.of());

    private volatile boolean active;

    /** Whether the channel has stopped. */
    private boolean closed;

    /** Reason why nothing is encoded; empty if there is capacity. */
    private volatile Optional<String> refusal = Optional.empty();

    /**
     * Creates the packager of a channel.
     *
     * @param paced whether the source can be read faster than real time
     * @param slate maximum duration of the slate while the source is away
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
            Duration slate,
            LongSupplier nanos,
            Path directory) {
        this(
                channel,
                paced,
                tools.profiles(),
                WindowTranscoder.ChannelTools.of(tools, channel, directory, nanos),
                timeline,
                time,
                metrics,
                share,
                slate);
    }

    /** Creates the packager of a channel with any transcoder and store. */
    Packager(
            String channel,
            boolean paced,
            Profiles profiles,
            WindowTranscoder.ChannelTools tools,
            SegmentTimeline timeline,
            ChannelTime time,
            LiveMetrics.OfChannel metrics,
            EncodingShare share,
            Duration slate) {
        this.transcoder = new WindowTranscoder(channel, tools, this);
        this.timeline = timeline;
        this.epochs = new EpochSequence(paced, profiles, time);
        this.metrics = metrics;
        this.share = share;
        this.nanos = tools.nanos();
        this.slates = new SlateWindows(slate, epochs, pending);
        this.publishing = new PublishLoop(
                lock, pending, new SegmentPublisher(timeline, tools.store()), share, metrics, tools.delete(), nanos);
    }

    /**
     * Begins a new run of the segmenter. Its times are unrelated to those of earlier runs.
     *
     * @param audio tracks of the run; the first one is the default
     */
    public void begin(List<AudioTrackInfo> audio) {
        lock.lock();
        try {
            endRun();
            run = new SourceRun(audio);
        } finally {
            lock.unlock();
        }
        publishing.run();
    }

    /** Ends the run: there are no windows and no audio before the next {@link #begin}. */
    public void end() {
        lock.lock();
        try {
            endRun();
        } finally {
            lock.unlock();
        }
        publishing.run();
    }

    /** Under the lock. */
    private void endRun() {
        run.ended = true;
        slates.runEnded();
    }

    /** Adds the next window of the source. Blocks on the disk. */
    public void window(SourceWindow window) {
        List<PendingWindow> added = List.of();
        lock.lock();
        try {
            run.recent.addLast(window);
            if (run.recent.size() > MAX_RECENT) {
                run.recent.removeFirst();
            }
            if (active) {
                added = List.of(enqueue(window));
            }
        } finally {
            lock.unlock();
        }
        enter(added);
        applyRefusal();
    }

    /**
     * Adds the next frame of an audio track of the source.
     *
     * @param track index among the tracks of the run
     */
    public void audio(int track, AudioFrame frame) {
        boolean completesHead;
        lock.lock();
        try {
            run.add(track, frame);
            PendingWindow head = pending.head();
            completesHead = head != null && frame.pts() >= head.window.end();
        } finally {
            lock.unlock();
        }
        if (completesHead) {
            publishing.run();
        }
    }

    /**
     * Starts to encode renditions, beginning with the retained windows, unless active or closed. Windows of before the pause
     * leave the timeline. Blocks on the disk.
     */
    public void activate() {
        List<PendingWindow> added;
        lock.lock();
        try {
            if (active || closed) {
                return;
            }
            active = true;
            refusal = Optional.empty();
            timeline.clear(nanos.getAsLong());
            run.rewind();
            added = run.fresh(nanos.getAsLong()).map(this::enqueue).toList();
        } finally {
            lock.unlock();
        }
        enter(added);
        applyRefusal();
    }

    /** Deactivates and wakes waiting clients if there is no capacity. */
    private void applyRefusal() {
        if (refusal.isPresent()) {
            deactivate();
            timeline.interrupt();
        }
    }

    /** Returns the reason why nothing is encoded; empty if there is capacity. Reset by {@link #activate}. */
    public Optional<String> refusal() {
        return refusal;
    }

    /** Stores the passthrough of new windows, publishes what is ready, and submits them. */
    private void enter(List<PendingWindow> added) {
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
        EncodedWindow.Encoded stored = transcoder.storePassthrough(window, passthrough);
        boolean stillPending;
        lock.lock();
        try {
            window.storedPassthrough = stored;
            window.state = window.state.prepared();
            stillPending = pending.contains(window);
        } finally {
            lock.unlock();
        }
        if (!stillPending) {
            transcoder.discard(window);
        }
    }

    /** Stops encoding and discards unpublished windows. Published segments remain. */
    public void deactivate() {
        deactivateIf(() -> true);
    }

    /**
     * Does so if nobody needs it.
     *
     * @param idle asked under the lock: a viewer who comes in between is counted, or activates again
     */
    public void deactivateIf(BooleanSupplier idle) {
        List<PendingWindow> unwanted;
        lock.lock();
        try {
            if (!active || !idle.getAsBoolean()) {
                return;
            }
            active = false;
            epochs.end();
            slates.end();
            unwanted = pending.clear();
            timeline.completeAll();
            share.release();
        } finally {
            lock.unlock();
        }
        unwanted.forEach(transcoder::cancel);
        unwanted.forEach(transcoder::discard);
    }

    /** Stops encoding when the channel stops, and waits until all of its units have ended, at most 10 s. Must be called once. */
    public void close() {
        lock.lock();
        try {
            // A viewer who came before the stop may ask for renditions after it: nobody would release their capacity.
            closed = true;
        } finally {
            lock.unlock();
        }
        deactivate();
        transcoder.awaitEnd(Duration.ofSeconds(10));
    }

    public boolean isActive() {
        return active;
    }

    /** Returns the newest window, also while inactive; empty if there is none of now, since the source is away. */
    public Optional<SourceWindow> newest() {
        lock.lock();
        try {
            return run.fresh(nanos.getAsLong()).reduce((_, last) -> last);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the time since the oldest unpublished window was due, in seconds. */
    public double behindSeconds() {
        return pending.behindSeconds(nanos.getAsLong());
    }

    /** Returns the time of the last picture while the source is away; empty while it is received, or inactive. */
    public Optional<Instant> noSignalSince() {
        return slates.noSignalSince();
    }

    /** Returns what is encoded of the ladder. */
    public EncodingShare.Ladder ladder() {
        return share.now();
    }

    /**
     * Adds slates while the source is away, abandons late windows and submits refused ones again. Must be called about
     * once a second.
     */
    public void tick() {
        long now = nanos.getAsLong();
        List<PendingWindow> late;
        lock.lock();
        try {
            slates.addDue(now);
            late = pending.late(now);
        } finally {
            lock.unlock();
        }
        late.forEach(transcoder::abandon);
        submit();
        publishing.run();
        timeline.sweep(now);
    }

    /** Under the lock. */
    private PendingWindow enqueue(SourceWindow window) {
        long now = nanos.getAsLong();
        slates.addBefore(window, run, now);
        EpochBuilder open = epochs.next(window, run);
        Optional<PendingWindow> slate = slates.addAudio(open, window, now);
        if (slate.isPresent()) {
            return slate.get();
        }
        if (timeline.early().isEmpty() && !open.begun()) {
            refusal = share.refusal(open, window);
        }
        open = open.encoding(
                share.next(open, window, pending.behindSeconds(now), now).rungs(), window);
        metrics.dropped(open.ladder.size() - open.rungs.size());
        PendingWindow next = new PendingWindow(open, window, open.due(now, window.duration()));
        slates.received(window, next.dueAt);
        pending.add(next);
        epochs.added(next);
        return next;
    }

    /** Submits the next windows, up to the limit of concurrent ones. */
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
            window.state = window.state.refused(nanos.getAsLong() + RETRY_NANOS);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void settled(PendingWindow window, @Nullable EncodedWindow encoded) {
        boolean stillPending;
        lock.lock();
        try {
            stillPending = pending.contains(window);
            window.state = window.state.settled(encoded);
        } finally {
            lock.unlock();
        }
        if (!stillPending) {
            transcoder.discard(window);
        }
        publishing.run();
        submit();
    }
}
