package io.xg2g.ingest;

import io.xg2g.ffmpeg.SegmenterOptions;
import io.xg2g.media.AudioOutput;
import io.xg2g.media.SourceMonitor;
import io.xg2g.media.TsSelection;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
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

    /** A source that sends nothing for longer pauses. */
    private static final Duration MAX_FEED_INTERVAL = Duration.ofSeconds(2);

    /** A segmenter with input and without output for longer is killed; keyframes can be far apart. */
    static final Duration MAX_SILENCE = Duration.ofSeconds(20);

    /** The same before the first output of several audio tracks, one of which may not be decodable. */
    static final Duration MAX_FIRST_SILENCE = Duration.ofSeconds(8);

    /**
     * The latest consecutive runs that were of no use.
     *
     * @param empty number of those without output
     * @param farAudio number of those that ended before their first window, since audio was too far from the video
     */
    record Useless(int empty, int farAudio) {
        static final Useless NONE = new Useless(0, 0);

        Useless after(SegmenterRun run) {
            return new Useless(run.hasOutput() ? 0 : empty + 1, run.hasFarAudio() ? farAudio + 1 : 0);
        }
    }

    /** State of the sequence. */
    sealed interface State {
        /** No run; input is buffered. */
        record Waiting(StartupBuffer buffer, Useless before) implements State {
            Running started(SegmenterRun run, TsSelection streams) {
                return new Running(run, streams, before);
            }
        }

        /** A run takes the selected streams of the input. */
        record Running(SegmenterRun run, TsSelection streams, Useless before) implements State {
            Waiting over(StartupBuffer buffer) {
                return new Waiting(buffer, before.after(run));
            }
        }
    }

    private final String channel;
    private final SegmenterRun.Starter starter;
    private final IngestListener listener;
    private final Consumer<SourceException> refuse;
    private final TimeSource time;
    private volatile State state;

    /** Time when the run was last fed. */
    private long fedAt;

    /** Time for which the run was fed without output, in nanoseconds; pauses of the source do not count. */
    private volatile long unanswered;

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
        this.state = new State.Waiting(buffer(), Useless.NONE);
    }

    /**
     * Feeds the next packets of the source. Blocks while the segmenter does not read them.
     *
     * @param monitor state of the source including these packets
     * @throws SourceException after {@link #MAX_EMPTY_RUNS} consecutive runs without output
     */
    void accept(SourceMonitor monitor, byte[] packets) throws SourceException {
        SourceMonitor.Change change = monitor.change();
        int from = 0;
        if (change != SourceMonitor.Change.NONE) {
            from = monitor.changeAt();
            if (state instanceof State.Running running) {
                feed(running, packets, 0, from);
            }
            LOG.logf(
                    change == SourceMonitor.Change.STREAMS ? Logger.Level.INFO : Logger.Level.DEBUG,
                    "source changed: stream=%s, change=%s",
                    channel,
                    change.name().toLowerCase(Locale.ROOT));
            end();
        } else if (state instanceof State.Running(SegmenterRun run, TsSelection _, Useless _)
                && (run.isOver() || withholdsAudio(run, monitor))) {
            end();
        }
        switch (state) {
            case State.Running running -> feed(running, packets, from, packets.length);
            case State.Waiting waiting -> {
                waiting.buffer().write(Arrays.copyOfRange(packets, from, packets.length));
                if (monitor.isSettled() || waiting.buffer().isExhausted()) {
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
            case State.Waiting(StartupBuffer _, Useless before) -> state = new State.Waiting(buffer(), before);
        }
    }

    /** Returns the lead of the current run's output over real time; negative if it lags. */
    Duration ahead() {
        return state instanceof State.Running(SegmenterRun run, TsSelection _, Useless _) ? run.ahead() : Duration.ZERO;
    }

    /** Returns whether there is a run. */
    boolean isRunning() {
        return state instanceof State.Running;
    }

    /** Kills a run that hangs. Must be called about once a second. */
    void tick() {
        if (state instanceof State.Running(SegmenterRun run, TsSelection streams, Useless _)) {
            boolean first = !run.hasOutput() && streams.hasSeveralAudio();
            Duration allowed = first ? MAX_FIRST_SILENCE : MAX_SILENCE;
            if (run.blocked().compareTo(MAX_BLOCKED) > 0) {
                LOG.warnf("segmenter killed: stream=%s, reason=no-input-read", channel);
                time.schedule(Duration.ZERO, run::kill);
            } else if (unanswered > allowed.toNanos()) {
                LOG.warnf("segmenter killed: stream=%s, reason=no-output", channel);
                time.schedule(Duration.ZERO, run::kill);
            }
        }
    }

    private void begin(SourceMonitor monitor, State.Waiting waiting) throws SourceException {
        Useless before = waiting.before();
        if (before.empty() > 0) {
            // ffmpeg writes nothing while one of its streams cannot be decoded.
            limitAudio(monitor, 1, "no-output");
        }
        if (before.farAudio() > 1) {
            // The first time it may have been a damaged frame.
            limitAudio(monitor, before.farAudio() == 2 ? 1 : 0, "far-audio");
        }
        TsSelection streams = monitor.best().orElse(null);
        if (streams == null) {
            return;
        }
        if (before.empty() >= MAX_EMPTY_RUNS) {
            state = new State.Waiting(buffer(), Useless.NONE);
            throw new SourceException(
                    SourceException.Kind.NOT_MEDIA, "the segmenter has no output for the source's data");
        }
        monitor.select(streams);
        SegmenterOptions options = SegmenterOptions.of(streams);
        listener.begun(options.audio().stream().map(AudioOutput::track).toList());
        State.Running running = waiting.started(starter.start(options, refuse), streams);
        fedAt = time.nanoTime();
        unanswered = 0;
        state = running;
        byte[] buffered = waiting.buffer().bytes();
        write(running, streams.tables());
        feed(running, buffered, 0, buffered.length);
    }

    private void limitAudio(SourceMonitor monitor, int tracks, String reason) {
        LOG.warnf("audio limited: stream=%s, tracks=%d, reason=%s", channel, tracks, reason);
        monitor.limitAudio(tracks);
    }

    /** Writes the packets of the run's streams. */
    private void feed(State.Running running, byte[] packets, int from, int to) {
        write(running, running.streams().packets(packets, from, to));
    }

    private void write(State.Running running, byte[] packets) {
        if (packets.length == 0 || state != running) {
            return;
        }
        try {
            running.run().write(packets);
            fed(running.run());
        } catch (IOException ended) {
            LOG.debugf(ended, "segmenter ended: stream=%s", channel);
            end();
        }
    }

    private void fed(SegmenterRun run) {
        long now = time.nanoTime();
        long since = now - fedAt;
        fedAt = now;
        unanswered = run.silence().toNanos() < since ? 0 : unanswered + Math.min(since, MAX_FEED_INTERVAL.toNanos());
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
