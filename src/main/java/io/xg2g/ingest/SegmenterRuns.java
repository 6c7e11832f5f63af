package io.xg2g.ingest;

import io.xg2g.ffmpeg.SegmenterOptions;
import io.xg2g.media.SourceMonitor;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Sequence of a channel's segmenter runs: feeds the current one and begins a new one at a discontinuity or after its
 * end.
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

    /** The source is refused after this many consecutive runs without output. */
    static final int MAX_EMPTY_RUNS = 3;

    /** A segmenter that does not read its input for longer is killed. */
    static final Duration MAX_BLOCKED = Duration.ofSeconds(5);

    /** A segmenter with input and without output for longer is killed; keyframes can be far apart. */
    static final Duration MAX_SILENCE = Duration.ofSeconds(20);

    /** State of the sequence; {@code emptyRuns} counts the latest consecutive runs without output. */
    sealed interface State {
        /** No run; input is buffered. */
        record Waiting(StartupBuffer buffer, int emptyRuns) implements State {
            Running started(SegmenterRun run) {
                return new Running(run, emptyRuns);
            }
        }

        /** A run takes the input. */
        record Running(SegmenterRun run, int emptyRuns) implements State {
            Waiting over(StartupBuffer buffer) {
                return new Waiting(buffer, run.hasOutput() ? 0 : emptyRuns + 1);
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

    /**
     * Feeds the next packets of the source. Blocks while the segmenter does not read them.
     *
     * @param monitor state of the source including these packets
     * @throws SourceException after {@link #MAX_EMPTY_RUNS} consecutive runs without output
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

    /** Finishes the current run, if any, and drops buffered input. */
    void end() {
        switch (state) {
            case State.Running running -> {
                running.run().finish();
                state = running.over(buffer());
                listener.ended();
            }
            case State.Waiting(StartupBuffer _, int emptyRuns) -> state = new State.Waiting(buffer(), emptyRuns);
        }
    }

    /** Returns the lead of the current run's output over real time; negative if it lags. */
    Duration ahead() {
        return state instanceof State.Running(SegmenterRun run, int _) ? run.ahead() : Duration.ZERO;
    }

    /** Returns whether reading of the source waits for the segmenter. */
    boolean isBlocked() {
        return state instanceof State.Running(SegmenterRun run, int _)
                && run.blocked().isPositive();
    }

    /**
     * Kills a run that hangs. Must be called about once a second.
     *
     * @param receiving whether the source sends data
     */
    void tick(boolean receiving) {
        if (state instanceof State.Running(SegmenterRun run, int _)) {
            if (run.blocked().compareTo(MAX_BLOCKED) > 0) {
                LOG.warnf("segmenter killed: stream=%s, reason=no-input-read", channel);
                time.schedule(Duration.ZERO, run::kill);
            } else if (receiving && run.silence().compareTo(MAX_SILENCE) > 0) {
                LOG.warnf("segmenter killed: stream=%s, reason=no-output", channel);
                time.schedule(Duration.ZERO, run::kill);
            }
        }
    }

    private static boolean isReady(SourceMonitor monitor, StartupBuffer buffer) {
        boolean all = monitor.videoSeen() == monitor.hasVideo() && monitor.audioSeen() == monitor.hasAudio();
        boolean any = monitor.videoSeen() || monitor.audioSeen();
        return monitor.programKnown() && any && (all || buffer.isExhausted());
    }

    private void begin(SourceMonitor monitor, State.Waiting waiting) throws SourceException {
        if (waiting.emptyRuns() >= MAX_EMPTY_RUNS) {
            state = new State.Waiting(buffer(), 0);
            throw new SourceException(
                    SourceException.Kind.NOT_MEDIA, "the segmenter has no output for the source's data");
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
            LOG.debugf(ended, "segmenter ended: stream=%s", channel);
            end();
        }
    }

    private boolean withholdsAudio(SegmenterRun run, SourceMonitor monitor) {
        boolean withheld = run.withholdsAudio(monitor);
        if (withheld) {
            LOG.warnf("segmenter restarted: stream=%s, reason=audio-withheld", channel);
        }
        return withheld;
    }

    private StartupBuffer buffer() {
        return new StartupBuffer(time::nanoTime);
    }
}
