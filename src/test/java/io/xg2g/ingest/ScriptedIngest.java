package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.SegmenterOptions;
import io.xg2g.media.StreamPreferences;
import io.xg2g.media.TsBuilder;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Ingest of scripted sources. The source loop runs on the test's own thread: a script of the source ends by closing the ingest.
 */
abstract class ScriptedIngest {
    static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final byte[] STREAM = TsBuilder.stream(90_000);

    /** One step of a source: bytes, or the end if empty. */
    interface Step {
        byte[] read() throws IOException;
    }

    static final Step END = () -> new byte[0];

    class ScriptedFeed implements Feed {
        private final Deque<Step> steps;
        private boolean closed;

        ScriptedFeed(Step... steps) {
            this.steps = new ArrayDeque<>(Arrays.asList(steps));
        }

        @Override
        public int read(byte[] buffer) throws IOException {
            if (closed) {
                throw new IOException("Stream closed");
            }
            if (steps.isEmpty()) {
                return -1;
            }
            byte[] bytes = steps.removeFirst().read();
            int length = Math.min(bytes.length, buffer.length);
            System.arraycopy(bytes, 0, buffer, 0, length);
            if (length < bytes.length) {
                steps.addFirst(() -> Arrays.copyOfRange(bytes, length, bytes.length));
            }
            return length == 0 ? -1 : length;
        }

        @Override
        public SourceException end() {
            return new SourceException(SourceException.Kind.ENDED, "the source ended");
        }

        @Override
        public void unusable() {
            unusableFeeds++;
        }

        @Override
        public void close() {
            closed = true;
            closedFeeds++;
        }
    }

    final ManualTime time = new ManualTime();
    private final PlaybackPace pace = new PlaybackPace(Duration.ofSeconds(5));
    final RecordingListener listener = new RecordingListener();
    final Deque<Ingest.Opener> openers = new ArrayDeque<>();
    final List<FakeSegmenterRun> started = new ArrayList<>();
    final List<Duration> opened = new ArrayList<>();
    final List<Ingest.Status> statuses = new ArrayList<>();
    int closedFeeds;
    int unusableFeeds;
    Runnable busy = () -> {};
    Consumer<SourceException> refuse = _ -> {};
    final Ingest ingest =
            new Ingest("news", this::open, this::start, listener, StreamPreferences.NONE, pace, TIMEOUT, time);

    private Feed open() throws SourceException, InterruptedException {
        opened.add(time.sinceStart());
        statuses.add(ingest.status());
        if (openers.isEmpty()) {
            ingest.end();
            return new ScriptedFeed();
        }
        return openers.removeFirst().open();
    }

    private SegmenterRun start(SegmenterOptions options, Consumer<SourceException> refusal) {
        refuse = refusal;
        FakeSegmenterRun run = new FakeSegmenterRun(options, time);
        run.busy = busy;
        started.add(run);
        return run;
    }

    /** Runs the sources one after the other, and then closes the ingest. */
    void run(Ingest.Opener... sources) {
        openers.addAll(Arrays.asList(sources));
        ingest.run();
        assertThat(ingest.status().phase()).isEqualTo(Ingest.Phase.CLOSED);
    }

    static Ingest.Opener refusing(SourceException.Kind kind) {
        return () -> {
            throw new SourceException(kind, "refused");
        };
    }

    Ingest.Opener feed(Step... steps) {
        return () -> new ScriptedFeed(steps);
    }

    SourceException.Kind reason() {
        return statuses.getLast().reason().orElseThrow().kind();
    }

    /** Lets the timeout of the source pass. */
    void timeout() {
        time.advance(TIMEOUT.plusMillis(1));
        ingest.tick();
        time.advance(Duration.ZERO);
    }
}
