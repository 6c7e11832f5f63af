package io.xg2g.channel;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.xg2g.events.Event;
import io.xg2g.ffmpeg.MediaInspector;
import io.xg2g.ffmpeg.MediaProcesses;
import io.xg2g.ingest.Feeds;
import io.xg2g.ingest.Ingest;
import io.xg2g.ingest.IngestListener;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AudioFrame;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.packaging.ChannelTime;
import io.xg2g.packaging.EncodedWindow;
import io.xg2g.packaging.EncodingCapacity;
import io.xg2g.packaging.EncodingShare;
import io.xg2g.packaging.LiveMetrics;
import io.xg2g.packaging.Packager;
import io.xg2g.packaging.Preview;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.WindowTranscoder;
import io.xg2g.schedule.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Running channel: one source and one set of renditions, shared by all viewers.
 *
 * <p>Thread-safe. {@link #tick} handles timeouts.
 */
public final class LiveStream implements IngestListener {
    private static final Logger LOG = Logger.getLogger(LiveStream.class);

    /** Lag above which a channel is degraded. */
    private static final double DEGRADED_LAG_SECONDS = 2;

    /** Maximum wait of a viewer for the next window. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(3L * SegmentTimeline.TARGET_DURATION);

    /** Maximum wait of a viewer for the second window. */
    private static final Duration MAX_WAIT_SECOND_WINDOW = Duration.ofSeconds(3);

    /** Condition of a channel, as reported by the API. */
    enum Condition {
        /** No window is published. */
        STARTING,
        PLAYING,
        /** Less is encoded because windows were late, windows are late, or frames of the source are lost. */
        DEGRADED,
        /** The source is lost and will be reopened, or sends nothing: slates are published. */
        RECOVERING,
        STOPPED
    }

    public final Channel channel;
    public final Instant startedAt;
    public final Viewers viewers;
    public final SegmentTimeline timeline;
    public final Broadcast raw;
    public final Broadcast proxied;
    public final AudioBroadcasts audio = new AudioBroadcasts();
    public final StartWait startWait;
    /** Number of its lease. */
    public final long fence;

    final ChannelClaim claim;
    private final LiveSettings settings;
    private final Packager packager;
    private final Preview preview;
    private final Ingest ingest;
    private final LiveMetrics.OfChannel metrics;
    private final WindowTranscoder.Tools tools;
    private final EncodingCapacity capacity;
    private final ChannelEvents published;
    private final Path directory;
    private final SourceFiles sources;
    private final BroadcastProcessor<LiveStream> events = BroadcastProcessor.create();
    private final FrameLoss loss;
    private volatile boolean stopped;
    private volatile Condition notified = Condition.STARTING;
    private volatile EncodingShare.Ladder notifiedLadder = EncodingShare.Ladder.COMPLETE;

    /** What opens the sources of channels, and segments and inspects them. */
    record Sources(Feeds feeds, MediaProcesses processes, MediaInspector inspector) {}

    /** Collaborators of a channel, the same of all channels. */
    record Parts(
            LiveSettings settings,
            Sources sources,
            WindowTranscoder.Tools tools,
            EncodingCapacity capacity,
            LiveMetrics metrics,
            TimeSource time,
            Consumer<Event> events) {}

    LiveStream(Channel channel, Parts parts, ChannelClaim claim) {
        this.channel = channel;
        this.claim = claim;
        this.fence = claim.lease().fence();
        this.startedAt = parts.time().instant();
        this.loss = new FrameLoss(parts.time()::nanoTime);
        this.settings = parts.settings();
        this.startWait = new StartWait(
                settings.startTimeout(), () -> stopped || refusal().isPresent() || source().refused());
        this.tools = parts.tools();
        this.viewers = new Viewers(parts.time()::nanoTime);
        this.raw = Broadcast.ofTransportStream(parts.time()::nanoTime);
        this.proxied = Broadcast.ofTransportStream(parts.time()::nanoTime);
        this.directory = tools.work().create();
        this.sources = new SourceFiles(tools.work()::delete);
        this.timeline = new SegmentTimeline(
                ChannelTime.seconds(claim.time().begin(0)),
                claim.discontinuitySequence(),
                settings.window(),
                settings.windowBytes(),
                tools.work()::delete);
        this.metrics =
                parts.metrics().channel(channel.id(), this::behindSeconds, () -> ladder().step(), viewers::count);
        this.capacity = parts.capacity();
        this.published = new ChannelEvents(channel.id(), parts.events(), parts.time()::nanoTime);
        this.packager = new Packager(
                channel.id(),
                channel.source().isPaced(),
                tools,
                timeline,
                claim.time(),
                metrics,
                new EncodingShare(channel.id(), capacity, () -> !isUnwatched()),
                settings.slate(),
                parts.time()::nanoTime,
                directory);
        this.preview =
                new Preview(channel.id(), tools, packager::newest, settings.previewInterval(), parts.time()::nanoTime);
        this.ingest = new Ingest(
                channel.id(),
                channel.source(),
                new Ingest.Tools(
                        parts.sources().feeds(),
                        parts.sources().processes(),
                        parts.sources().inspector(),
                        tools.profiles(),
                        settings.streamPreferences(channel),
                        settings.hlsPreferences(),
                        directory,
                        tools.work()::delete,
                        parts.time()),
                this,
                settings.sourceTimeout());
    }

    void start() {
        LOG.infof("channel started: stream=%s", channel.id());
        published.started(claim.from());
        ingest.start();
    }

    /** Ends the timeline; does not block. */
    void end() {
        claim.end();
        stopped = true;
        timeline.end();
    }

    /**
     * Stops the channel; blocks until all its processes and threads have ended, at most some seconds.
     *
     * @param reason for the log and the event
     */
    void stop(StopReason reason) {
        end();
        metrics.close();
        raw.end();
        proxied.end();
        audio.end();
        ingest.close();
        packager.close();
        notifyChange();
        events.onComplete();
        tools.work().delete(directory);
        LOG.infof("channel stopped: stream=%s, reason=%s", channel.id(), reason.code());
        published.stopped(reason);
    }

    public boolean isStopped() {
        return stopped;
    }

    /** Returns whether another gateway can have this channel, or could have it when it was stopped here. */
    public boolean isElsewhere() {
        return claim.isElsewhere();
    }

    /** Records a request of a player for renditions, and starts encoding. */
    public void requestRenditions(String player) {
        viewers.fetched(player);
        packager.activate();
    }

    /** Records the start of a continuous stream of renditions, and starts encoding. */
    public void renditionStreamStarted() {
        viewers.streamStarted(true);
        packager.activate();
    }

    /** Handles timeouts. Must be called about once a second. */
    void tick() {
        ingest.tick();
        packager.tick();
        packager.deactivateIf(() -> viewers.idleRenditions().compareTo(settings.idleTimeout()) > 0
                || (isUnwatched() && capacity.isShort()));
        notifyChange();
    }

    /** Returns whether no player has requested renditions recently. */
    boolean isUnwatched() {
        return viewers.idleRenditions().compareTo(MAX_WAIT) > 0;
    }

    /** Returns the reason why the channel is not encoded; empty if there is capacity. */
    public Optional<String> refusal() {
        return packager.refusal();
    }

    public Optional<Preview.Image> preview() {
        return preview.get();
    }

    public Ingest.Status source() {
        return ingest.status();
    }

    double behindSeconds() {
        return packager.behindSeconds();
    }

    /** Returns the channel's counters. */
    LiveMetrics.OfChannel counters() {
        return metrics;
    }

    /** Returns what is encoded of the ladder. */
    EncodingShare.Ladder ladder() {
        return packager.ladder();
    }

    /** Returns the time of the last picture while slates are published instead of the source, and after them. */
    Optional<Instant> noSignalSince() {
        return packager.noSignalSince();
    }

    Condition condition() {
        if (stopped) {
            return Condition.STOPPED;
        }
        Ingest.Status source = ingest.status();
        Ingest.Phase phase = source.phase();
        if (phase == Ingest.Phase.PAUSING
                || (phase == Ingest.Phase.OPENING && source.reason().isPresent())
                || noSignalSince().isPresent()) {
            return Condition.RECOVERING;
        }
        if (phase == Ingest.Phase.OPENING
                || (packager.isActive() && timeline.early().isEmpty())) {
            // An open source that gives nothing to publish is still lost: each attempt would be an event.
            return notified == Condition.RECOVERING ? Condition.RECOVERING : Condition.STARTING;
        }
        return ladder().reduced() || packager.behindSeconds() > DEGRADED_LAG_SECONDS || loss.isRecent()
                ? Condition.DEGRADED
                : Condition.PLAYING;
    }

    /** Returns the stream of changes of the condition and the ladder: emits this channel after each, completes when it stops. */
    Multi<LiveStream> events() {
        return events;
    }

    private synchronized void notifyChange() {
        Condition now = condition();
        EncodingShare.Ladder ladder = ladder();
        published.condition(now, ladder.dropped(), behindSeconds(), source());
        if (now != notified || !ladder.equals(notifiedLadder)) {
            notified = now;
            notifiedLadder = ladder;
            events.onNext(this);
        }
    }

    @Override
    public void raw(byte[] chunk) {
        raw.send(chunk);
    }

    @Override
    public void proxied(byte[] chunk) {
        proxied.send(chunk);
    }

    @Override
    public void begun(List<AudioTrackInfo> tracks) {
        audio.begun(tracks);
        packager.begin(tracks);
    }

    @Override
    public void ended() {
        packager.end();
        metrics.discontinuity();
    }

    @Override
    public void frameDiscarded() {
        metrics.frameDiscarded();
        loss.discarded();
    }

    @Override
    public void window(SourceWindow window) {
        loss.delivered();
        packager.window(window);
        SourceWindow.Video video = window.video();
        if (video != null) {
            sources.add(video.file(), window.readyAt());
        }
        sources.sweep(window.readyAt());
    }

    @Override
    public void audio(int track, AudioFrame frame) {
        audio.send(track, frame);
        packager.audio(track, frame);
    }

    /** Waits for the first window, which may be published early; without passthrough, like {@link #firstWindows()}. */
    public Timeline firstEarlyWindow() throws InterruptedException {
        long startedNanos = System.nanoTime();
        Timeline first =
                await(() -> startWait.until(left -> timeline.awaitEarly(Long.MIN_VALUE + 1, left), Timeline::isEmpty));
        return first.isEmpty()
                        || first.newest().indexOf(EncodedWindow.PASSTHROUGH).isPresent()
                ? first
                : firstWindows(startedNanos);
    }

    /** Waits for the first window, and up to 3 s for the second one: at the end of a single one a player would stall. */
    public Timeline firstWindows() throws InterruptedException {
        return firstWindows(System.nanoTime());
    }

    private Timeline firstWindows(long startedNanos) throws InterruptedException {
        Timeline first =
                await(() -> startWait.until(left -> timeline.await(Long.MIN_VALUE + 1, left), Timeline::isEmpty));
        boolean single = first.epochs().size() == 1
                && first.epochs().getFirst().windows().size() == 1;
        Duration left = MAX_WAIT_SECOND_WINDOW.minusNanos(System.nanoTime() - startedNanos);
        return single && left.isPositive() ? await(() -> timeline.await(SegmentTimeline.last(first) + 1, left)) : first;
    }

    /** Waits at most 6 s for the complete window of the given number; returns the timeline. */
    public Timeline await(long number) throws InterruptedException {
        return await(number, MAX_WAIT);
    }

    /** Waits for the complete window of the given number; returns the timeline. */
    public Timeline await(long number, Duration timeout) throws InterruptedException {
        return await(() -> timeline.await(number, timeout));
    }

    /** Waits like {@link #await(long)} for a window that may be published early. */
    public Timeline awaitEarly(long number) throws InterruptedException {
        return await(() -> timeline.awaitEarly(number, MAX_WAIT));
    }

    private interface Wait {
        Timeline over() throws InterruptedException;
    }

    private Timeline await(Wait wait) throws InterruptedException {
        viewers.waitStarted();
        try {
            return wait.over();
        } finally {
            viewers.waitEnded();
        }
    }

    @Override
    public String toString() {
        return channel.id();
    }
}
