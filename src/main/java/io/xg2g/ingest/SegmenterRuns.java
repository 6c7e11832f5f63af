package io.xg2g.ingest;

import io.xg2g.ffmpeg.SegmenterOptions;
import io.xg2g.media.SourceMonitor;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Feeds a channel's segmenter, and begins a new run of it where the source is discontinuous or the segmenter has ended.
 *
 * <pre>
 *   Waiting ── the source's streams are known ─────────────────────────────► Running
 *      ▲                                                                        │
 *      └── discontinuity, run over, audio withheld, write failed, source ended ─┘
 * </pre>
 *
 * <p>{@link #accept} and {@link #end} are called by the source's thread; the rest by any.
 */
final class SegmenterRuns {
    private static final Logger LOG = Logger.getLogger(SegmenterRuns.class);

    /** After this many runs in a row without output, the source is refused. */
    static final int MAX_FRUITLESS = 3;

    /** A segmenter that takes nothing for longer hangs. */
    static final Duration MAX_BLOCKED = Duration.ofSeconds(5);

    /** A segmenter that is fed and gives out nothing for longer hangs; keyframes can be far apart. */
    static final Duration MAX_SILENCE = Duration.ofSeconds(20);

    /** State between and during runs; {@code fruitless} counts the latest runs in a row without output. */
    sealed interface State {
        /** No run: what comes is buffered. */
        record Waiting(StartupBuffer buffer, int fruitless) implements State {
            Running started(SegmenterRun run) {
                return new Running(run, fruitless);
            }
        }

        /** A run is fed. */
        record Running(SegmenterRun run, int fruitless) implements State {
            Waiting over(StartupBuffer buffer) {
                return new Waiting(buffer, run.isFruitful() ? 0 : fruitless + 1);
            }
        }
    }

    private final String channel;
    private final SegmenterRun.Starter starter;
    private final IngestListener listener;
    private final Consumer<SourceException> refuse;
    private final TimeSource time;
    private volatile State state;

    SegmenterRuns(
            String channel,
            SegmenterRun.Starter starter,
            IngestListener listener,
            Consumer<SourceException> refuse,
            TimeSource time) {
        this.channel = channel;
        this.starter = starter;
        this.listener = listener;
        this.refuse = refuse;
        this.time = time;
        this.state = new State.Waiting(buffer(), 0);
    }

    State state() {
        return state;
    }

    /**
     * Takes the next packets of the source. Blocks while the segmenter does not take them.
     *
     * @param monitor has seen the packets
     * @throws SourceException if run after run gave out nothing
     */
    void accept(SourceMonitor monitor, byte[] packets) throws SourceException {
        boolean discontinuous = monitor.change() != SourceMonitor.Change.NONE;
        if (state instanceof State.Running(SegmenterRun run, int _)
                && (discontinuous || run.isOver() || withholdsAudio(run, monitor))) {
            end();
        }
        switch (state) {
            case State.Running(SegmenterRun run, int _) -> feed(run, packets);
            case State.Waiting waiting -> {
                waiting.buffer().write(packets);
                if (isReady(monitor, waiting.buffer())) {
                    begin(monitor, waiting);
                }
            }
        }
    }

    /** Ends the run, if there is one, with everything that it was fed; drops what is buffered. */
    void end() {
        switch (state) {
            case State.Running running -> {
                running.run().finish();
                state = running.over(buffer());
                listener.ended();
            }
            case State.Waiting(StartupBuffer _, int fruitless) -> state = new State.Waiting(buffer(), fruitless);
        }
    }

    /** Returns how much more media has come out of the run than time has passed; negative where it is less. */
    Duration ahead() {
        return state instanceof State.Running(SegmenterRun run, int _) ? run.ahead() : Duration.ZERO;
    }

    /** Returns whether the source is not read because the segmenter takes nothing. */
    boolean isBlocked() {
        return state instanceof State.Running(SegmenterRun run, int _)
                && run.blocked().isPositive();
    }

    /**
     * Ends a run that hangs. To be called about once a second.
     *
     * @param receiving whether the source sends something
     */
    void tick(boolean receiving) {
        if (state instanceof State.Running(SegmenterRun run, int _)) {
            if (run.blocked().compareTo(MAX_BLOCKED) > 0) {
                LOG.warnf("segmenter takes no input and is ended: stream=%s", channel);
                time.schedule(Duration.ZERO, run::kill);
            } else if (receiving && run.silence().compareTo(MAX_SILENCE) > 0) {
                LOG.warnf("segmenter gives no output and is ended: stream=%s", channel);
                time.schedule(Duration.ZERO, run::kill);
            }
        }
    }

    private static boolean isReady(SourceMonitor monitor, StartupBuffer buffer) {
        boolean all = monitor.videoSeen() == monitor.hasVideo() && monitor.audioSeen() == monitor.hasAudio();
        boolean any = monitor.videoSeen() || monitor.audioSeen();
        return monitor.programKnown() && any && (all || buffer.isLong());
    }

    private void begin(SourceMonitor monitor, State.Waiting waiting) throws SourceException {
        if (waiting.fruitless() >= MAX_FRUITLESS) {
            state = new State.Waiting(buffer(), 0);
            throw new SourceException(
                    SourceException.Kind.NOT_MEDIA, "the segmenter gives no output for what the source sends");
        }
        listener.begun(monitor.audioSeen());
        SegmenterRun run = starter.start(new SegmenterOptions(monitor.videoSeen(), monitor.audioSeen()), refuse);
        state = waiting.started(run);
        feed(run, waiting.buffer().bytes());
    }

    private void feed(SegmenterRun run, byte[] packets) {
        try {
            run.write(packets);
        } catch (IOException ended) {
            LOG.debugf(ended, "segmenter has ended: stream=%s", channel);
            end();
        }
    }

    private boolean withholdsAudio(SegmenterRun run, SourceMonitor monitor) {
        boolean withheld = run.withholdsAudio(monitor);
        if (withheld) {
            LOG.warnf("segmenter withholds audio and is restarted: stream=%s", channel);
        }
        return withheld;
    }

    private StartupBuffer buffer() {
        return new StartupBuffer(time::nanoTime);
    }
}
