package io.xg2g.ingest;

import io.xg2g.ffmpeg.MediaProcesses;
import io.xg2g.ffmpeg.SegmenterOptions;
import io.xg2g.media.SourceMonitor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a channel's source open and its segmenter fed, from the first viewer to the last one's leaving. A source that ends,
 * stalls or sends what cannot be used is opened anew, with growing pauses.
 *
 * <p>One virtual thread does it; {@link #tick} and {@link #close} may be called by any.
 */
public final class Ingest {
    private static final Logger LOG = Logger.getLogger(Ingest.class);
    private static final int BUFFER = 64 * 1024;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration SLOW_PAUSE = Duration.ofSeconds(30);

    /** A source that was good for this long has its pauses begin small again. */
    private static final Duration GOOD = Duration.ofSeconds(10);

    /** A segmenter that takes nothing for this long hangs. */
    private static final Duration SEGMENTER_REFUSAL = Duration.ofSeconds(5);

    /** A segmenter that gives out nothing for this long, though it is fed, hangs; key pictures can be far apart. */
    private static final Duration SEGMENTER_SILENCE = Duration.ofSeconds(20);

    /** So many bytes without a program are no stream. */
    private static final long MOST_WITHOUT_PROGRAM = 8L << 20;

    /** After so many runs of the segmenter without a result the source is blamed. */
    private static final int MOST_FRUITLESS = 3;

    /** So much may be read ahead of time: what servers send at once to who connects. */
    private static final Duration MOST_AHEAD = Duration.ofSeconds(30);

    /** How long nothing is read where so much was read ahead. */
    private static final Duration HOLD = Duration.ofMillis(200);

    /** Told what happens. */
    public interface Listener extends Segmentation.Listener {
        /** The source's bytes as they came. */
        void raw(byte[] chunk);

        /**
         * A new run of the segmenter begins, after {@link #ended} of the one before.
         *
         * @param sound whether audio frames will come
         */
        void begun(boolean sound);

        /** The run's last window and audio frame have come. */
        void ended();
    }

    /**
     * How the source does.
     *
     * @param phase what goes on
     * @param since when it began
     * @param trouble the latest failure, as long as it lasts
     */
    public record State(Phase phase, Instant since, Optional<SourceException> trouble) {}

    /** What goes on with a source. */
    public enum Phase {
        OPENING,
        RECEIVING,
        /** It failed, and a pause is made before it is opened again. */
        PAUSING,
        CLOSED
    }

    private final String channel;
    private final Source source;
    private final Feeds feeds;
    private final MediaProcesses processes;
    private final Segmentation.Tools tools;
    private final Listener listener;
    private final Duration timeout;
    private final Thread thread;

    private volatile State state = new State(Phase.OPENING, Instant.now(), Optional.empty());
    private volatile boolean closed;
    private volatile @Nullable Feed feed;
    private volatile @Nullable Segmentation run;
    private volatile long lastByte = System.nanoTime();
    private volatile @Nullable SourceException verdict;
    /** When the latest connection began to give a program; only the source's thread knows. */
    private long receivingSince = Long.MAX_VALUE;

    /** Runs of the segmenter in a row that gave out nothing; only the source's thread counts. */
    private int fruitless;

    public Ingest(
            String channel,
            Source source,
            Feeds feeds,
            MediaProcesses processes,
            Segmentation.Tools tools,
            Listener listener,
            Duration timeout) {
        this.channel = channel;
        this.source = source;
        this.feeds = feeds;
        this.processes = processes;
        this.tools = tools;
        this.listener = listener;
        this.timeout = timeout;
        this.thread = Thread.ofVirtual().name("source-" + channel).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    public State state() {
        return state;
    }

    /** To be called about once a second: ends what hangs. */
    public void tick() {
        Segmentation current = run;
        if (current != null && current.refuses(SEGMENTER_REFUSAL)) {
            LOG.warnf("segmenter takes nothing and is ended: stream=%s", channel);
            Thread.ofVirtual().start(current::kill);
            return;
        }
        Feed open = feed;
        long silent = System.nanoTime() - lastByte;
        if (open != null && silent > timeout.toNanos() && (current == null || !current.refuses(Duration.ZERO))) {
            verdict = stalled();
            Thread.ofVirtual().start(open::close);
        } else if (open == null && state.phase() == Phase.OPENING && silent > 3 * timeout.toNanos()) {
            lastByte = System.nanoTime();
            thread.interrupt();
        }
        if (current != null && silent < timeout.toNanos() && current.silence().compareTo(SEGMENTER_SILENCE) > 0) {
            LOG.warnf("segmenter gives out nothing and is ended: stream=%s", channel);
            Thread.ofVirtual().start(current::kill);
        }
    }

    /** Ends everything and waits for it. */
    public void close() {
        closed = true;
        Feed open = feed;
        if (open != null) {
            open.close();
        }
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (!closed) {
            receivingSince = Long.MAX_VALUE;
            SourceException trouble;
            try {
                enter(Phase.OPENING, state.trouble());
                trouble = receive();
            } catch (SourceException refused) {
                trouble = refused;
            } catch (InterruptedException hung) {
                heed();
                trouble = new SourceException(SourceException.Kind.STALLED, "the source could not be opened in time");
            } catch (RuntimeException | Error bug) {
                // Errors too: a channel whose thread has died would stay as it is for ever.
                LOG.errorf(bug, "a source failed unexpectedly: stream=%s", channel);
                trouble = new SourceException(SourceException.Kind.ENDED, "an unexpected error; the log has it");
            }
            if (closed) {
                break;
            }
            if (receivingSince != Long.MAX_VALUE && System.nanoTime() - receivingSince > GOOD.toNanos()) {
                pause = FIRST_PAUSE;
            }
            LOG.warnf(
                    "source lost: stream=%s, why=%s, %s",
                    channel, trouble.kind().code(), trouble.detail());
            enter(Phase.PAUSING, Optional.of(trouble));
            try {
                Thread.sleep(trouble.kind().slow() ? SLOW_PAUSE : pause);
            } catch (InterruptedException end) {
                heed();
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
        enter(Phase.CLOSED, Optional.empty());
    }

    /** An interrupt by {@link #close} is passed on; one by {@link #tick}, which ends an opening that hangs, has done that. */
    private void heed() {
        if (closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void enter(Phase phase, Optional<SourceException> trouble) {
        state = new State(phase, Instant.now(), trouble);
        lastByte = System.nanoTime();
    }

    /** Reads the source until it ends. */
    private SourceException receive() throws SourceException, InterruptedException {
        verdict = null;
        try (Feed open = feeds.open(source, timeout)) {
            lastByte = System.nanoTime();
            feed = open;
            if (closed) {
                return open.end();
            }
            pump(open);
            return verdictOr(open::end);
        } catch (SocketTimeoutException silent) {
            return verdictOr(this::stalled);
        } catch (IOException broken) {
            return verdictOr(
                    () -> new SourceException(SourceException.Kind.ENDED, "the connection to the source broke"));
        } finally {
            feed = null;
            endRun();
        }
    }

    private SourceException stalled() {
        return new SourceException(
                SourceException.Kind.STALLED,
                "the source sent nothing for " + timeout.toSeconds() + " s (xg2g.live.source-timeout)");
    }

    /** Why the source was closed from here, or what it says itself where it was not. */
    private SourceException verdictOr(Supplier<SourceException> own) {
        SourceException found = verdict;
        return found == null ? own.get() : found;
    }

    private void pump(Feed open) throws IOException, SourceException, InterruptedException {
        ByteArrayOutputStream usable = new ByteArrayOutputStream();
        SourceMonitor monitor = new SourceMonitor(usable);
        byte[] buffer = new byte[BUFFER];
        StartupBuffer startup = new StartupBuffer();
        long received = 0;
        for (int n = open.read(buffer); n >= 0; n = open.read(buffer)) {
            lastByte = System.nanoTime();
            received += n;
            monitor.accept(buffer, 0, n);
            listener.raw(Arrays.copyOf(buffer, n));
            judge(monitor, received);
            boolean jumped = monitor.change() != SourceMonitor.Change.NONE;
            Segmentation current = run;
            if (current != null && (jumped || current.isBroken() || withholdsAudio(current, monitor))) {
                endRun();
                current = null;
            }
            byte[] packets = usable.toByteArray();
            usable.reset();
            if (current != null) {
                feed(current, packets, packets.length);
            } else {
                startup.write(packets, 0, packets.length);
                begin(monitor, startup);
            }
            if (state.phase() == Phase.OPENING && monitor.programKnown()) {
                enter(Phase.RECEIVING, Optional.empty());
                receivingSince = lastByte;
            }
            hold(current);
        }
    }

    private boolean withholdsAudio(Segmentation current, SourceMonitor monitor) {
        boolean withheld = current.withholdsAudio(monitor);
        if (withheld) {
            LOG.warnf("segmenter gives out video without its audio and is restarted: stream=%s", channel);
        }
        return withheld;
    }

    /** A source that is no live one gives more than time passes: it is read no faster than it plays. */
    private void hold(@Nullable Segmentation current) throws InterruptedException {
        if (current != null && current.ahead().compareTo(MOST_AHEAD) > 0) {
            Thread.sleep(HOLD);
            lastByte = System.nanoTime();
        }
    }

    /** A segmenter that has died is noticed here, and replaced with the next bytes. */
    private void feed(Segmentation current, byte[] buffer, int length) {
        try {
            current.write(buffer, length);
        } catch (IOException died) {
            LOG.debugf(died, "segmenter does not take bytes: stream=%s", channel);
            endRun();
        }
    }

    private void judge(SourceMonitor monitor, long received) throws SourceException {
        SourceException found = verdict;
        if (found != null) {
            throw found;
        }
        if (monitor.scrambled()) {
            throw new SourceException(SourceException.Kind.SCRAMBLED, "the service is scrambled");
        }
        if (received > MOST_WITHOUT_PROGRAM && !monitor.programKnown()) {
            throw new SourceException(
                    SourceException.Kind.NOT_MEDIA, "the source sends no MPEG-TS with a program in it");
        }
    }

    /** Begins a run as soon as it is known what the source has, with everything that came meanwhile. */
    private void begin(SourceMonitor monitor, StartupBuffer startup) throws SourceException {
        boolean all = monitor.videoSeen() == monitor.hasVideo() && monitor.audioSeen() == monitor.hasAudio();
        boolean any = monitor.videoSeen() || monitor.audioSeen();
        if (!monitor.programKnown() || !any || (!all && !startup.isLong())) {
            return;
        }
        if (fruitless >= MOST_FRUITLESS) {
            fruitless = 0;
            throw new SourceException(SourceException.Kind.NOT_MEDIA, "nothing can be made of what the source sends");
        }
        listener.begun(monitor.audioSeen());
        SegmenterOptions options = new SegmenterOptions(monitor.videoSeen(), monitor.audioSeen());
        Segmentation fresh = new Segmentation(processes.segmenter(options), tools, listener, channel);
        run = fresh;
        byte[] bytes = startup.take();
        feed(fresh, bytes, bytes.length);
    }

    private void endRun() {
        Segmentation current = run;
        if (current != null) {
            run = null;
            current.finish();
            fruitless = current.wasFruitful() ? 0 : fruitless + 1;
            listener.ended();
            // The source has not been read meanwhile.
            lastByte = System.nanoTime();
        }
    }

    /** What the source sends cannot be used; noted here so that it is opened anew, slowly. */
    public void unusable(SourceException why) {
        verdict = why;
    }
}
