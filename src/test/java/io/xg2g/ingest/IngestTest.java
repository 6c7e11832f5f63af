package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.SegmenterOptions;
import io.xg2g.media.StreamPreferences;
import io.xg2g.media.TsBuilder;
import io.xg2g.media.TsProgram;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The source loop runs on the test's own thread: a script of the source ends by closing the ingest. */
class IngestTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final byte[] STREAM = TsBuilder.stream(90_000);
    private static final byte[] OTHER_TABLES =
            new TsBuilder().tables(TsProgram.HEVC).bytes();

    /** One step of a source: bytes, or the end if empty. */
    private interface Step {
        byte[] read() throws IOException;
    }

    private static final Step END = () -> new byte[0];

    private class ScriptedFeed implements Feed {
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

    private final ManualTime time = new ManualTime();
    private final PlaybackPace pace = new PlaybackPace(Duration.ofSeconds(5));
    private final RecordingListener listener = new RecordingListener();
    private final Deque<Ingest.Opener> openers = new ArrayDeque<>();
    private final List<FakeSegmenterRun> started = new ArrayList<>();
    private final List<Duration> opened = new ArrayList<>();
    private final List<Ingest.Status> statuses = new ArrayList<>();
    private int closedFeeds;
    private int unusableFeeds;
    private Runnable busy = () -> {};
    private Consumer<SourceException> refuse = _ -> {};
    private final Ingest ingest =
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
    private void run(Ingest.Opener... sources) {
        openers.addAll(Arrays.asList(sources));
        ingest.run();
        assertThat(ingest.status().phase()).isEqualTo(Ingest.Phase.CLOSED);
    }

    private static Ingest.Opener refusing(SourceException.Kind kind) {
        return () -> {
            throw new SourceException(kind, "refused");
        };
    }

    private Ingest.Opener feed(Step... steps) {
        return () -> new ScriptedFeed(steps);
    }

    private SourceException.Kind reason() {
        return statuses.getLast().reason().orElseThrow().kind();
    }

    @Test
    void aSourceThatCannotBeOpenedIsRetriedWithBackoff() {
        Ingest.Opener refused = refusing(SourceException.Kind.UNREACHABLE);

        run(refused, refused, refused);

        assertThat(opened)
                .containsExactly(
                        Duration.ZERO, Duration.ofMillis(500), Duration.ofMillis(1_500), Duration.ofMillis(3_500));
        assertThat(reason()).isEqualTo(SourceException.Kind.UNREACHABLE);
    }

    @Test
    void aSourceThatEndsIsOpenedAgain() {
        run(feed(() -> STREAM, END));

        assertThat(listener.events).containsExactly("begun with audio", "ended");
        assertThat(listener.rawBytes).isEqualTo(STREAM.length);
        assertThat(reason()).isEqualTo(SourceException.Kind.ENDED);
        assertThat(closedFeeds).isEqualTo(2);
    }

    @Test
    void theStatusShowsTheReception() {
        List<Ingest.Status> during = new ArrayList<>();
        run(refusing(SourceException.Kind.ENDED), feed(() -> STREAM, () -> {
            during.add(ingest.status());
            return new byte[0];
        }));

        assertThat(statuses.get(1).phase()).isEqualTo(Ingest.Phase.OPENING);
        assertThat(statuses.get(1).reason()).isPresent();
        assertThat(during).singleElement().satisfies(status -> {
            assertThat(status.phase()).isEqualTo(Ingest.Phase.RECEIVING);
            assertThat(status.reason()).isEmpty();
        });
    }

    @Test
    void aSourceWithoutDataIsClosed() {
        run(feed(() -> STREAM, () -> {
            timeout();
            throw new IOException("Stream closed");
        }));

        assertThat(reason()).isEqualTo(SourceException.Kind.STALLED);
        assertThat(statuses.getLast().reason().orElseThrow().detail()).contains("10 s", "xg2g.live.source-timeout");
    }

    /** Feeding a segmenter, and finishing it at a change of the source, can take longer than the timeout of the source. */
    @Test
    void aSourceIsNotStalledWhileTheSegmenterIsBusy() {
        busy = this::timeout;
        run(feed(() -> STREAM, () -> OTHER_TABLES, () -> STREAM, END));

        assertThat(started).hasSize(2);
        assertThat(closedFeeds).isEqualTo(2);
        assertThat(reason()).isEqualTo(SourceException.Kind.ENDED);
    }

    @Test
    void aRecordingThatIsOpenedAgainSlowlyIsNotStalled() {
        run(recording(true, 12), () -> {
            timeout();
            return recording(true, 12).open();
        });

        assertThat(opened).hasSize(3);
        assertThat(statuses).allSatisfy(status -> assertThat(status.reason()).isEmpty());
    }

    /** Lets the timeout of the source pass. */
    private void timeout() {
        time.advance(TIMEOUT.plusMillis(1));
        ingest.tick();
        time.advance(Duration.ZERO);
    }

    @Test
    void aReadThatTimesOutIsAStall() {
        run(feed(() -> {
            throw new SocketTimeoutException("Read timed out");
        }));

        assertThat(reason()).isEqualTo(SourceException.Kind.STALLED);
    }

    @Test
    void aBrokenConnectionIsAnEnd() {
        run(feed(() -> {
            throw new IOException("Connection reset");
        }));

        assertThat(reason()).isEqualTo(SourceException.Kind.ENDED);
    }

    @Test
    void aRefusalByTheSegmenterClosesTheSource() {
        run(feed(() -> STREAM, () -> {
            refuse.accept(new SourceException(SourceException.Kind.NOT_MEDIA, "no keyframes"));
            time.advance(Duration.ZERO);
            return STREAM;
        }));

        assertThat(reason()).isEqualTo(SourceException.Kind.NOT_MEDIA);
        assertThat(opened.getLast()).hasSeconds(30);
        assertThat(unusableFeeds).isEqualTo(1);
    }

    @Test
    void eightMegabytesWithoutAProgramAreRefused() {
        Step noise = () -> new byte[64 * 1024];
        Step[] steps = new Step[200];
        Arrays.fill(steps, noise);

        run(feed(steps));

        assertThat(reason()).isEqualTo(SourceException.Kind.NOT_MEDIA);
        assertThat(listener.rawBytes).isBetween(8L << 20, (8L << 20) + 64 * 1024);
    }

    @Test
    void aScrambledServiceIsRefused() {
        byte[] scrambled = STREAM.clone();
        for (int at = 0; at < scrambled.length; at += 188) {
            int pid = (scrambled[at + 1] & 0x1f) << 8 | scrambled[at + 2] & 0xff;
            scrambled[at + 3] |= (byte) (pid == 0 || pid == 4096 ? 0 : 0x80);
        }

        run(feed(() -> scrambled, () -> scrambled));

        assertThat(reason()).isEqualTo(SourceException.Kind.SCRAMBLED);
        assertThat(unusableFeeds).isEqualTo(1);
    }

    @Test
    void aSourceFasterThanRealTimeIsPaced() {
        List<Duration> reads = new ArrayList<>();
        Step fast = () -> {
            reads.add(time.sinceStart());
            started.forEach(run ->
                    run.aheadUntil = time.nanoTime() + Duration.ofSeconds(31).toNanos());
            return TsBuilder.stream(90_000 + (reads.size() - 1) * 72_000L);
        };
        run(feed(fast, fast, fast));

        assertThat(reads).containsExactly(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1));
    }

    @Test
    void aRecordingIsReadInRealTimeAndPlayedAgainWhenItsEndIsDue() {
        Ingest.Opener recording = recording(true, 12);
        run(recording, recording, recording);

        assertThat(opened)
                .containsExactly(
                        Duration.ZERO, Duration.ofMillis(7_760), Duration.ofMillis(20_520), Duration.ofMillis(33_280));
        assertThat(statuses).allSatisfy(status -> assertThat(status.reason()).isEmpty());
    }

    @Test
    void aFileIsARecordingAlsoIfItsServerDoesNotSaySo() {
        Ingest.Opener recording = recording(false, 12);
        run(recording, recording);

        assertThat(opened).containsExactly(Duration.ZERO, Duration.ofMillis(7_760), Duration.ofMillis(20_520));
        assertThat(statuses).allSatisfy(status -> assertThat(status.reason()).isEmpty());
    }

    @Test
    void aLiveSourceThatEndsIsNoRecording() {
        Step[] live = IntStream.range(0, 12)
                .<Step>mapToObj(second -> () -> {
                    // The first two seconds are a burst.
                    time.advance(Duration.ofSeconds(second < 2 ? 0 : 1));
                    return TsBuilder.stream(90_000 * (second + 1L));
                })
                .toArray(Step[]::new);
        run(() -> new ScriptedFeed(live));

        assertThat(opened).containsExactly(Duration.ZERO, Duration.ofMillis(10_500));
        assertThat(reason()).isEqualTo(SourceException.Kind.ENDED);
    }

    @Test
    void aRecordingThatIsAlmostEmptyIsOpenedWithBackoff() {
        Ingest.Opener recording = recording(true, 0);
        run(recording, recording);

        assertThat(opened).containsExactly(Duration.ZERO, Duration.ofMillis(500), Duration.ofMillis(1_500));
        assertThat(reason()).isEqualTo(SourceException.Kind.ENDED);
    }

    @Test
    void aRecordingThatIsLostIsOpenedWithBackoff() {
        run(() -> new ScriptedFeed(() -> STREAM, () -> TsBuilder.stream(270_000), () -> {
            throw new IOException("reset");
        }));

        assertThat(opened).containsExactly(Duration.ZERO, Duration.ofMillis(500));
        assertThat(reason()).isEqualTo(SourceException.Kind.ENDED);
    }

    /** Returns a source whose media of so many seconds can be read at once. */
    private Ingest.Opener recording(boolean known, int seconds) {
        return () -> {
            Step[] steps = IntStream.rangeClosed(0, seconds)
                    .<Step>mapToObj(second -> () -> TsBuilder.stream(90_000 * (second + 1L)))
                    .toArray(Step[]::new);
            return new ScriptedFeed(steps) {
                @Override
                public boolean isRecorded() {
                    return known;
                }
            };
        };
    }

    @Test
    void aHangingOpenIsInterruptedAndRetried() {
        run(() -> {
            time.advance(TIMEOUT.multipliedBy(3).plusMillis(1));
            ingest.tick();
            throw new InterruptedException();
        });

        assertThat(reason()).isEqualTo(SourceException.Kind.STALLED);
    }

    @Test
    void anErrorDuringOpenIsRetried() {
        run(() -> {
            throw new OutOfMemoryError("no thread left");
        });

        assertThat(statuses.getLast().reason().orElseThrow().detail()).contains("unexpected error");
    }

    @Test
    void aFeedThatIsOpenWhenTheChannelStopsIsClosedUnread() {
        run(() -> {
            ingest.end();
            return new ScriptedFeed(() -> STREAM);
        });

        assertThat(listener.rawBytes).isZero();
        assertThat(closedFeeds).isEqualTo(1);
    }

    @Test
    void stoppingInterruptsAHangingOpen() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        openers.add(() -> {
            opening.countDown();
            new CountDownLatch(1).await();
            throw new AssertionError("nobody opens this latch");
        });

        ingest.start();
        opening.await();
        ingest.close();

        assertThat(ingest.status().phase()).isEqualTo(Ingest.Phase.CLOSED);
    }
}
