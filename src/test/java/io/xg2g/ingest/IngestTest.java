package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.TsBuilder;
import io.xg2g.media.TsProgram;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IngestTest extends ScriptedIngest {
    private static final byte[] OTHER_TABLES =
            new TsBuilder().tables(TsProgram.HEVC).bytes();

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

        // A relay may not have the key at once.
        run(feed(Stream.generate(() -> (Step) () -> scrambled).limit(50).toArray(Step[]::new)));

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
