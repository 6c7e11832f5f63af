package io.xg2g.channel;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.xg2g.ingest.Feeds;
import io.xg2g.ingest.Ingest;
import io.xg2g.ingest.IngestListener;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.AacFrame;
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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * One channel that runs: its source, its renditions, its viewers. All of them share it.
 *
 * <p>Thread-safe. {@link #tick} drives what depends on time.
 */
public final class LiveStream implements IngestListener {
    private static final Logger LOG = Logger.getLogger(LiveStream.class);

    /** How long windows of the source are kept: longer than any unit of them is wanted. */
    private static final long KEPT_SOURCE = TimeUnit.SECONDS.toNanos(60);

    /** Behind by so many seconds, a channel calls itself degraded. */
    private static final double DEGRADED_BEHIND = 2;

    /** How long a viewer waits for the next window at most. */
    private static final Duration PATIENCE = Duration.ofSeconds(3L * SegmentTimeline.TARGET_DURATION);

    /** A viewer who has waited for so long begins with one window. */
    private static final Duration SECOND_WINDOW = Duration.ofSeconds(3);

    /** A window's file, and when it came. */
    private record Kept(Path file, long readyAt) {}

    /** How a channel does, in one word. */
    enum Condition {
        /** The first window is not published yet. */
        STARTING,
        PLAYING,
        /** It plays, with fewer renditions or late. */
        DEGRADED,
        /** The source is lost and is looked for. */
        RECOVERING,
        STOPPED
    }

    public final Channel channel;
    public final Instant startedAt;
    public final Viewers viewers;
    public final SegmentTimeline timeline;
    public final Broadcast raw;
    public final Broadcast proxied;
    public final Broadcast audio = Broadcast.ofPieces();

    private final LiveSettings settings;
    private final Packager packager;
    private final Preview preview;
    private final Ingest ingest;
    private final LiveMetrics.OfChannel metrics;
    private final WindowTranscoder.Tools tools;
    private final EncodingCapacity capacity;
    private final Path directory;
    private final Deque<Kept> sources = new ArrayDeque<>();
    private final BroadcastProcessor<LiveStream> events = BroadcastProcessor.create();
    private volatile boolean stopped;
    private volatile Condition told = Condition.STARTING;

    /** Everything a channel works with. */
    record Parts(
            LiveSettings settings,
            Feeds feeds,
            io.xg2g.ffmpeg.MediaProcesses processes,
            io.xg2g.ffmpeg.MediaInspector inspector,
            WindowTranscoder.Tools tools,
            EncodingCapacity capacity,
            LiveMetrics metrics,
            TimeSource time) {}

    LiveStream(Channel channel, Parts parts, ChannelTime time, LongSupplier discontinuitySequence) {
        this.channel = channel;
        this.startedAt = parts.time().instant();
        this.settings = parts.settings();
        this.tools = parts.tools();
        this.viewers = new Viewers(parts.time()::nanoTime);
        this.raw = Broadcast.ofTransportStream(parts.time()::nanoTime);
        this.proxied = Broadcast.ofTransportStream(parts.time()::nanoTime);
        this.directory = tools.work().create();
        this.timeline = new SegmentTimeline(
                ChannelTime.seconds(time.begin(0)),
                discontinuitySequence,
                settings.window(),
                settings.windowBytes(),
                tools.work()::delete);
        this.metrics = parts.metrics().channel(channel.id(), this::behindSeconds, viewers::count);
        this.capacity = parts.capacity();
        this.packager = new Packager(
                channel.id(),
                channel.source().isPaced(),
                tools,
                timeline,
                time,
                metrics,
                new EncodingShare(channel.id(), capacity, () -> !isLeft()),
                parts.time()::nanoTime,
                directory);
        this.preview =
                new Preview(channel.id(), tools, packager::newest, settings.previewInterval(), parts.time()::nanoTime);
        this.ingest = new Ingest(
                channel.id(),
                channel.source(),
                new Ingest.Tools(
                        parts.feeds(),
                        parts.processes(),
                        parts.inspector(),
                        tools.profiles(),
                        directory,
                        tools.work()::delete,
                        parts.time()),
                this,
                settings.sourceTimeout());
    }

    void start() {
        LOG.infof("channel started: stream=%s", channel.id());
        ingest.start();
    }

    /** Publishes nothing more; does not block. */
    void end() {
        stopped = true;
        timeline.end();
    }

    /** Ends everything and waits for it; blocks for some seconds at most. */
    void stop() {
        end();
        metrics.close();
        raw.end();
        proxied.end();
        audio.end();
        ingest.close();
        packager.deactivate();
        packager.awaitEnd();
        tell();
        events.onComplete();
        tools.work().delete(directory);
        LOG.infof("channel stopped: stream=%s", channel.id());
    }

    public boolean isStopped() {
        return stopped;
    }

    /** A player wants renditions. */
    public void wantRenditions(String player) {
        viewers.fetched(player);
        packager.activate();
    }

    /** A continuous stream of a rendition begins. */
    public void renditionStreamBegins() {
        viewers.streamBegins(true);
        packager.activate();
    }

    /** To be called about once a second. */
    void tick() {
        ingest.tick();
        packager.tick();
        boolean idle = viewers.idleRenditions().compareTo(settings.idleTimeout()) > 0;
        if (packager.isActive() && (idle || (isLeft() && capacity.isShort()))) {
            packager.deactivate();
        }
        tell();
    }

    /** Whether no player has asked for anything for so long that it has left, or has been paused. */
    private boolean isLeft() {
        return viewers.idleRenditions().compareTo(PATIENCE) > 0;
    }

    /** Why the machine cannot encode the channel beside the others; empty where it can. */
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

    int droppedRungs() {
        return packager.droppedRungs();
    }

    double gaps() {
        return metrics.gaps();
    }

    double droppedRenditions() {
        return metrics.droppedRenditions();
    }

    Condition condition() {
        if (stopped) {
            return Condition.STOPPED;
        }
        Ingest.Status source = ingest.status();
        Ingest.Phase phase = source.phase();
        boolean failed = source.reason().isPresent();
        if (phase == Ingest.Phase.PAUSING || (phase == Ingest.Phase.OPENING && failed)) {
            return Condition.RECOVERING;
        }
        if (phase == Ingest.Phase.OPENING
                || (packager.isActive() && timeline.early().isEmpty())) {
            return Condition.STARTING;
        }
        return packager.droppedRungs() > 0 || packager.behindSeconds() > DEGRADED_BEHIND
                ? Condition.DEGRADED
                : Condition.PLAYING;
    }

    /** The channel itself each time its condition has changed, until it stops. */
    Multi<LiveStream> events() {
        return events;
    }

    private synchronized void tell() {
        Condition now = condition();
        if (now != told) {
            told = now;
            LOG.infof("channel condition: stream=%s, condition=%s", channel.id(), now);
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
    public void begun(boolean audio) {
        packager.begin(audio);
    }

    @Override
    public void ended() {
        packager.end();
        metrics.discontinuity();
    }

    @Override
    public void window(SourceWindow window) {
        packager.window(window);
        SourceWindow.Video video = window.video();
        if (video != null) {
            sources.addLast(new Kept(video.file(), window.readyAt()));
        }
        while (!sources.isEmpty() && window.readyAt() - sources.getFirst().readyAt() > KEPT_SOURCE) {
            tools.work().delete(sources.removeFirst().file());
        }
    }

    @Override
    public void audio(AacFrame frame) {
        audio.send(frame.adts());
        packager.audio(frame);
    }

    /** Waits for the first window with the source's own video, or whatever it begins with, as long as a viewer may wait. */
    public Timeline firstPicture() throws InterruptedException {
        long began = System.nanoTime();
        Timeline first = await(() -> timeline.awaitEarly(Long.MIN_VALUE + 1, settings.startTimeout()));
        return first.isEmpty()
                        || first.newest().indexOf(EncodedWindow.PASSTHROUGH).isPresent()
                ? first
                : firstWindows(began);
    }

    /**
     * Waits for the first window, as long as a viewer may be kept waiting, and a little for the second one: a player that
     * begins with one alone has nothing left at its end, since the second one comes when the first one is over.
     */
    public Timeline firstWindows() throws InterruptedException {
        return firstWindows(System.nanoTime());
    }

    private Timeline firstWindows(long began) throws InterruptedException {
        Timeline first = await(() -> timeline.await(Long.MIN_VALUE + 1, settings.startTimeout()));
        boolean single = first.epochs().size() == 1
                && first.epochs().getFirst().windows().size() == 1;
        Duration left = SECOND_WINDOW.minusNanos(System.nanoTime() - began);
        return single && left.isPositive() ? await(() -> timeline.await(SegmentTimeline.last(first) + 1, left)) : first;
    }

    /** The timeline when it has the whole window of this number, or as it is when a viewer has waited for long enough. */
    public Timeline await(long number) throws InterruptedException {
        return await(number, PATIENCE);
    }

    /** The same for a viewer that waits this long. */
    public Timeline await(long number, Duration atMost) throws InterruptedException {
        return await(() -> timeline.await(number, atMost));
    }

    /** The same for what is published early. */
    public Timeline awaitEarly(long number) throws InterruptedException {
        return await(() -> timeline.awaitEarly(number, PATIENCE));
    }

    private interface Wait {
        Timeline over() throws InterruptedException;
    }

    private Timeline await(Wait wait) throws InterruptedException {
        viewers.waitBegins();
        try {
            return wait.over();
        } finally {
            viewers.waitEnds();
        }
    }

    @Override
    public String toString() {
        return Objects.toString(channel.id());
    }
}
