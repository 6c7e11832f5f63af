package io.xg2g.live;

import io.smallrye.mutiny.Uni;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.Rejection;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Container;
import io.xg2g.ffmpeg.Profile;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.ffmpeg.WorkDirectory;
import io.xg2g.media.AacFrame;
import io.xg2g.media.AdtsHeader;
import io.xg2g.media.MalformedMedia;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Turns a channel's windows into published segments, in order: each window is one unit for the dispatcher, its sound is cut
 * here, and it is published when it and all before it are there. A window that takes too long becomes a gap.
 *
 * <p>It works while somebody wants renditions; otherwise it keeps the latest few windows, so that it can begin at once.
 *
 * <p>Thread-safe. What is large is written outside of the lock.
 */
final class Packager {
    private static final Logger LOG = Logger.getLogger(Packager.class);

    /** How many windows a start can begin with. */
    private static final int RECENT = 3;

    /** A window that has been ready for this long is given up; the first one of an epoch may take longer. */
    private static final long GIVE_UP = TimeUnit.SECONDS.toNanos(6);

    private static final long GIVE_UP_FIRST = TimeUnit.SECONDS.toNanos(20);

    /** How long a window's sound may come after its picture. */
    private static final long AUDIO_PATIENCE = TimeUnit.MILLISECONDS.toNanos(1500);

    /** What an audio frame lasts, in 90 kHz ticks: 1024 samples at 48 kHz. */
    private static final long LONGEST_FRAME = 1920;

    private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(500);

    /** How many windows of a channel are with the dispatcher at once: nobody can hold all slots, and order is kept. */
    private static final int MOST_SUBMITTED = 2;

    private final Channel channel;
    private final Tools tools;
    private final SegmentTimeline timeline;
    private final ChannelTime time;
    private final LiveMetrics.OfChannel metrics;
    private final LongSupplier nanos;
    private final Path store;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<PendingWindow> pending = new ArrayDeque<>();
    private final Degradation degradation = new Degradation();
    private SourceRun run = new SourceRun();
    private @Nullable OpenEpoch epoch;
    private boolean active;

    /** What a packager works with. */
    record Tools(Dispatcher dispatcher, Profiles profiles, WorkDirectory work) {}

    Packager(
            Channel channel,
            Tools tools,
            SegmentTimeline timeline,
            ChannelTime time,
            LiveMetrics.OfChannel metrics,
            LongSupplier nanos,
            Path store) {
        this.channel = channel;
        this.tools = tools;
        this.timeline = timeline;
        this.time = time;
        this.metrics = metrics;
        this.nanos = nanos;
        this.store = store;
    }

    /** A new run of the segmenter begins; its times have nothing to do with those before. */
    void begin() {
        lock.lock();
        try {
            run.ended = true;
            run = new SourceRun();
            epoch = null;
        } finally {
            lock.unlock();
        }
        publish();
    }

    /** The run has ended: no window and no sound will come before the next {@link #begin}. */
    void end() {
        lock.lock();
        try {
            run.ended = true;
        } finally {
            lock.unlock();
        }
        publish();
    }

    /** The next window of the source. */
    void window(SourceWindow window) {
        lock.lock();
        try {
            run.recent.addLast(window);
            if (run.recent.size() > RECENT) {
                run.recent.removeFirst();
            }
            if (active) {
                enqueue(window);
            }
        } finally {
            lock.unlock();
        }
        submit();
    }

    /** The next audio frame of the source. */
    void audio(AacFrame frame) {
        boolean waited;
        lock.lock();
        try {
            run.audio.add(frame);
            PendingWindow head = pending.peekFirst();
            waited = head != null && head.settled && frame.pts() >= head.window.end();
        } finally {
            lock.unlock();
        }
        if (waited) {
            publish();
        }
    }

    /** Somebody wants renditions: begins with the latest windows, if it was not at work. */
    void activate() {
        lock.lock();
        try {
            if (active) {
                return;
            }
            active = true;
            run.recent.forEach(this::enqueue);
        } finally {
            lock.unlock();
        }
        submit();
    }

    /** Nobody wants renditions any longer. What is published stays. */
    void deactivate() {
        List<PendingWindow> unwanted;
        lock.lock();
        try {
            active = false;
            epoch = null;
            unwanted = List.copyOf(pending);
            pending.clear();
        } finally {
            lock.unlock();
        }
        unwanted.forEach(window -> tools.dispatcher().cancel(window.id));
    }

    boolean isActive() {
        lock.lock();
        try {
            return active;
        } finally {
            lock.unlock();
        }
    }

    /** The newest window, also while nobody wants renditions. */
    Optional<SourceWindow> newest() {
        lock.lock();
        try {
            return Optional.ofNullable(run.recent.peekLast());
        } finally {
            lock.unlock();
        }
    }

    /** How long the oldest unpublished window has been ready, in seconds. */
    double behindSeconds() {
        lock.lock();
        try {
            return behind(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** How many rungs are left out at present. */
    int droppedRungs() {
        lock.lock();
        try {
            return degradation.dropped();
        } finally {
            lock.unlock();
        }
    }

    /** To be called about once a second: gives up what took too long, and submits again what was turned away. */
    void tick() {
        long now = nanos.getAsLong();
        List<PendingWindow> late = new ArrayList<>();
        lock.lock();
        try {
            for (PendingWindow window : pending) {
                boolean expired = now - window.dueAt > (window.epoch.begun() ? GIVE_UP : GIVE_UP_FIRST);
                if (expired && window.submitted) {
                    late.add(window);
                } else if (expired) {
                    window.settled = true;
                }
            }
        } finally {
            lock.unlock();
        }
        late.forEach(window -> tools.dispatcher().cancel(window.id));
        submit();
        publish();
        timeline.sweep(now);
    }

    private double behind(long now) {
        PendingWindow head = pending.peekFirst();
        return head == null ? 0 : Math.max(0, now - head.dueAt) / 1e9;
    }

    /** Under the lock. */
    private void enqueue(SourceWindow window) {
        OpenEpoch open = epoch;
        SourceWindow.Moving picture = window.picture();
        if (open == null) {
            List<RenditionSpec> ladder = picture == null
                    ? List.of()
                    : tools.profiles().ladderFor(picture.media().video());
            long buffered = run.recent.getLast().end()
                    - window.start()
                    + (channel.source().paced() ? Pacer.BURST : 0);
            open = new OpenEpoch(time.begin(buffered) - window.start(), ladder, run);
            epoch = open;
        }
        long now = nanos.getAsLong();
        int rungs = open.begun() && !open.ladder.isEmpty()
                ? degradation.rungs(open.ladder.size(), behind(now))
                : open.ladder.size();
        metrics.dropped(open.ladder.size() - rungs);
        pending.addLast(
                new PendingWindow(open, window, open.ladder.subList(0, rungs), open.due(now, window.duration())));
    }

    /** Submits the next windows, as many as may be with the dispatcher at once. */
    private void submit() {
        List<PendingWindow> next = new ArrayList<>();
        lock.lock();
        try {
            long now = nanos.getAsLong();
            long room = MOST_SUBMITTED
                    - pending.stream().filter(window -> window.submitted).count();
            for (PendingWindow window : pending) {
                if (next.size() < room && !window.settled && !window.submitted && now >= window.submitAt) {
                    window.submitted = true;
                    next.add(window);
                }
            }
        } finally {
            lock.unlock();
        }
        for (PendingWindow window : next) {
            submit(window, java.util.Objects.requireNonNull(window.window.picture()));
        }
    }

    private void submit(PendingWindow window, SourceWindow.Moving picture) {
        Path output;
        try {
            output = tools.work().create();
        } catch (UncheckedIOException full) {
            LOG.warnf(full, "no directory for a window: stream=%s", channel.id());
            settle(window, null);
            return;
        }
        TranscodeUnit unit = new TranscodeUnit(
                picture.file(),
                picture.media(),
                new Profile.Ladder("live", window.rungs),
                Container.CMAF,
                output,
                picture.grid());
        Uni<TranscodeResult> result = tools.dispatcher()
                .submit(new TranscodeRequest(
                        window.id,
                        client(channel),
                        channel.id(),
                        Priority.NORMAL,
                        unit,
                        TranscodeRequest.Listener.NONE));
        result.subscribe()
                .with(
                        answer -> Thread.ofVirtual()
                                .name("packager-" + channel.id())
                                .start(() -> {
                                    answered(window, answer);
                                    tools.work().delete(output);
                                }),
                        bug -> LOG.error("a window could not be submitted", bug));
    }

    /** The dispatcher's name for a channel: channels take turns. */
    static String client(Channel channel) {
        return "live:" + channel.id();
    }

    private void answered(PendingWindow window, TranscodeResult result) {
        switch (result) {
            case TranscodeResult.Completed completed -> settle(window, store(window, completed));
            case TranscodeResult.Rejected rejected when rejected.reason() != Rejection.SHUTDOWN -> retry(window);
            case TranscodeResult.Failed failed -> {
                LOG.warnf(
                        "a window failed: stream=%s, kind=%s, %s",
                        channel.id(),
                        failed.failure().kind().code(),
                        failed.failure().detail());
                settle(window, null);
            }
            case TranscodeResult.Rejected _, TranscodeResult.Cancelled _ -> settle(window, null);
        }
    }

    private @Nullable EncodedWindow store(PendingWindow window, TranscodeResult.Completed completed) {
        try {
            return EncodedWindow.of(completed.renditions(), window.begin(), store);
        } catch (IOException | MalformedMedia unusable) {
            LOG.warnf(unusable, "a window cannot be published: stream=%s", channel.id());
            return null;
        }
    }

    private void retry(PendingWindow window) {
        lock.lock();
        try {
            window.submitted = false;
            window.submitAt = nanos.getAsLong() + RETRY;
        } finally {
            lock.unlock();
        }
    }

    private void settle(PendingWindow window, @Nullable EncodedWindow encoded) {
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
        if (!wanted && encoded != null) {
            encoded.renditions().forEach(rendition -> tools.work().delete(rendition.file()));
        }
        publish();
        submit();
    }

    /** Publishes what is next, as long as it is there. */
    private void publish() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            for (PendingWindow head = pending.peekFirst(); head != null && isReady(head, now); ) {
                pending.removeFirst();
                degradation.took(Math.max(0, now - head.dueAt) / 1e9);
                publish(head, now);
                head = pending.peekFirst();
            }
        } catch (IOException full) {
            LOG.warnf(full, "a window's sound cannot be written: stream=%s", channel.id());
        } finally {
            lock.unlock();
        }
    }

    private static boolean isReady(PendingWindow head, long now) {
        SourceRun run = head.epoch.run;
        return head.settled
                && (run.audio.reaches(head.window.end()) || run.ended || now - head.window.readyAt() > AUDIO_PATIENCE);
    }

    private void publish(PendingWindow head, long now) throws IOException {
        OpenEpoch open = head.epoch;
        // The first segment's sound begins with the frame that is heard when the picture begins, not with the next one:
        // some players stop at a beginning without sound.
        long from = open.audio() == null ? head.window.start() - LONGEST_FRAME + 1 : head.window.start();
        List<AacFrame> frames = open.run.audio.between(from, head.window.end());
        boolean gap = head.encoded == null && head.window.picture() != null;
        if (gap) {
            metrics.gap();
        }
        if (open.differs(head.encoded, !frames.isEmpty())) {
            if (gap && !open.begun()) {
                return;
            }
            Optional<AdtsHeader> header = frames.isEmpty()
                    ? Optional.empty()
                    : AdtsHeader.parse(frames.getFirst().adts(), 0);
            if (!gap) {
                open.begin(head.encoded, header);
                timeline.begin(open.tracks(), open.inits());
            }
        }
        if (open.begun()) {
            timeline.publish(publication(head, frames), now);
            time.reached(head.begin() + head.window.duration());
            metrics.published(Math.max(0, now - head.window.readyAt()) / 1e9);
        }
    }

    private SegmentTimeline.Publication publication(PendingWindow head, List<AacFrame> frames) throws IOException {
        OpenEpoch open = head.epoch;
        List<Segment> segments = new ArrayList<>();
        List<@Nullable Path> files = new ArrayList<>();
        Map<String, EncodedWindow.Encoded> made = new java.util.HashMap<>();
        if (head.encoded != null) {
            head.encoded.renditions().forEach(rendition -> made.put(rendition.name(), rendition));
        }
        for (Track track : open.tracks()) {
            EncodedWindow.Encoded rendition = made.get(track.name());
            if (track.kind() == Track.Kind.AUDIO) {
                audio(head, frames, segments, files);
            } else if (rendition != null) {
                segments.add(rendition.segment());
                files.add(rendition.file());
            } else {
                segments.add(new Segment(head.begin(), head.window.duration(), 0, true));
                files.add(null);
            }
        }
        List<AacFrame> sound = frames.stream()
                .map(frame -> new AacFrame(frame.pts() + open.offset, frame.adts()))
                .toList();
        return new SegmentTimeline.Publication(segments, files, sound);
    }

    private void audio(PendingWindow head, List<AacFrame> frames, List<Segment> segments, List<@Nullable Path> files)
            throws IOException {
        AudioRendition audio = java.util.Objects.requireNonNull(head.epoch.audio());
        Optional<AudioRendition.Piece> piece = audio.segment(frames);
        if (piece.isEmpty()) {
            long from = audio.samples(head.window.start());
            segments.add(new Segment(from, audio.samples(head.window.end()) - from, 0, true));
            files.add(null);
            return;
        }
        Path file = store.resolve(AudioRendition.NAME + "-" + piece.get().time() + ".m4s");
        Files.write(file, piece.get().bytes());
        segments.add(new Segment(
                piece.get().time(), piece.get().duration(), piece.get().bytes().length, false));
        files.add(file);
    }
}
