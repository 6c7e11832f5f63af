package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.FrameOptions;
import io.xg2g.ffmpeg.RtspTransport;
import io.xg2g.ingest.Feed;
import io.xg2g.ingest.Source;
import io.xg2g.ingest.SourceException;
import io.xg2g.media.JpegImages;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CameraCaptureTest {
    private static final byte[] RED = JpegImages.image(64, 48, 0xff0000);
    private static final byte[] BLUE = JpegImages.image(64, 48, 0x0000ff);
    private static final SourceException LOST = new SourceException(SourceException.Kind.ENDED, "the cable was pulled");
    private static final SourceException REFUSED =
            new SourceException(SourceException.Kind.UNAUTHORIZED, "the source refuses access");

    private final ManualTime time = new ManualTime();
    private final Deque<FakeFeed> feeds = new ArrayDeque<>();
    private final List<Frame> frames = new ArrayList<>();
    private final List<CameraStatus> statuses = new ArrayList<>();
    private final List<Duration> opened = new ArrayList<>();
    private int invalid;

    /** By which the wall clock of this machine was set ahead. */
    private Duration step = Duration.ZERO;

    private final CameraCapture.Listener listener = new CameraCapture.Listener() {
        @Override
        public void frame(Frame frame) {
            frames.add(frame);
        }

        @Override
        public void invalid() {
            invalid++;
        }

        @Override
        public void changed(CameraStatus status) {
            statuses.add(status);
        }
    };

    /** Source that sends chunks, each after a pause, and ends. */
    private class FakeFeed implements Feed {
        private final Deque<byte[]> chunks = new ArrayDeque<>();
        private final Duration pause;
        private final SourceException end;
        private boolean closed;

        FakeFeed(Duration pause, SourceException end, byte[]... chunks) {
            this.pause = pause;
            this.end = end;
            this.chunks.addAll(List.of(chunks));
        }

        @Override
        public int read(byte[] buffer) {
            byte[] chunk = closed ? null : chunks.poll();
            if (chunk == null) {
                return -1;
            }
            time.advance(pause);
            System.arraycopy(chunk, 0, buffer, 0, chunk.length);
            return chunk.length;
        }

        @Override
        public SourceException end() {
            return end;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void framesAreNumberedAcrossConnectionsAndTheStatusFollows() {
        feeds.add(new FakeFeed(
                Duration.ofMillis(100), LOST, Images.head(), Images.framed(RED, 0), Images.framed(BLUE, 100)));
        feeds.add(new FakeFeed(Duration.ofMillis(100), LOST, Images.head(), Images.framed(RED, 0)));
        run();

        assertThat(frames).extracting(Frame::sequence).containsExactly(1L, 2L, 3L);
        assertThat(frames).allMatch(frame -> frame.camera().equals("door") && frame.width() == 64);
        assertThat(frames.get(0).captured()).isEqualTo(frames.get(0).arrived());
        assertThat(statuses)
                .extracting(CameraStatus::state)
                .containsExactly(
                        CameraStatus.State.LIVE,
                        CameraStatus.State.LOST,
                        CameraStatus.State.LIVE,
                        CameraStatus.State.LOST,
                        CameraStatus.State.UNAUTHORIZED);
        assertThat(statuses.get(1).reason()).isEqualTo("the cable was pulled");
        assertThat(statuses.get(2).reason()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStepOfTheWallClockOfThisMachineIsNoDriftOfTheCamera(boolean hasTimes) {
        // Images without times have those of this machine's wall clock.
        byte[] third =
                Images.framed(RED, hasTimes ? 300 : 300 + Duration.ofHours(1).toMillis());
        byte[][] chunks = {Images.head(), Images.framed(RED, 100), Images.framed(BLUE, 200), third};
        feeds.add(new FakeFeed(Duration.ofMillis(100), LOST, chunks) {
            @Override
            public int read(byte[] buffer) {
                step = frames.size() < 2 ? Duration.ZERO : Duration.ofHours(1);
                return super.read(buffer);
            }

            @Override
            public boolean hasTimes() {
                return hasTimes;
            }
        });
        run();

        assertThat(frames)
                .hasSize(3)
                .allSatisfy(frame -> assertThat(frame.captured()).isEqualTo(frame.arrived()));
        assertThat(frames.get(2).arrived()).isEqualTo(frames.get(1).arrived().plusMillis(3_600_100));
    }

    @Test
    void pausesGrowWithTheFailuresAndVary() {
        for (int i = 0; i < 8; i++) {
            feeds.add(new FakeFeed(Duration.ZERO, LOST));
        }
        run();

        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i < opened.size(); i++) {
            pauses.add(opened.get(i).minus(opened.get(i - 1)).toMillis());
        }
        // The random number is always a quarter: 0.625 times the longest pause.
        assertThat(pauses).containsExactly(625L, 1250L, 2500L, 5000L, 10_000L, 18_750L, 18_750L, 18_750L);
        assertThat(statuses)
                .extracting(CameraStatus::state)
                .containsExactly(CameraStatus.State.LOST, CameraStatus.State.UNAUTHORIZED);
    }

    @Test
    void aSourceThatRefusesTheCredentialsIsNotAskedAgain() {
        run();

        time.advance(Duration.ofHours(1));
        assertThat(opened).hasSize(1);
        assertThat(statuses).hasSize(1);
        assertThat(statuses.getFirst().state()).isEqualTo(CameraStatus.State.UNAUTHORIZED);
        assertThat(statuses.getFirst().reason()).isEqualTo("the source refuses access");
    }

    @Test
    void aFrozenPictureIsReportedAndNotCut() {
        byte[][] chunks = new byte[62][];
        chunks[0] = Images.head();
        for (int i = 1; i < 61; i++) {
            chunks[i] = Images.framed(RED, 100L * i);
        }
        chunks[61] = Images.framed(BLUE, 6100);
        feeds.add(new FakeFeed(Duration.ofMillis(100), LOST, chunks));
        run();

        assertThat(frames).hasSize(61);
        assertThat(statuses)
                .extracting(CameraStatus::state)
                .startsWith(CameraStatus.State.LIVE, CameraStatus.State.FROZEN, CameraStatus.State.LIVE);
        assertThat(Duration.between(statuses.get(0).since(), statuses.get(1).since()))
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void damageIsCountedAndHasNoNumber() {
        byte[] damaged = Images.framed(BLUE, 100);
        damaged[damaged.length - 10] ^= 1;
        feeds.add(new FakeFeed(
                Duration.ofMillis(100), LOST, Images.head(), Images.framed(RED, 0), damaged, Images.framed(RED, 200)));
        run();

        assertThat(invalid).isEqualTo(1);
        assertThat(frames).extracting(Frame::sequence).containsExactly(1L, 2L);
    }

    @Test
    void aSilentSourceIsClosedByTheWatchdog() {
        FakeFeed silent = new FakeFeed(
                Duration.ofSeconds(6), LOST, Images.head(), Images.framed(RED, 0), new byte[1], new byte[1]);
        feeds.add(silent);
        CameraCapture capture = capture();
        ticking(capture);
        capture.run();

        assertThat(silent.closed).isTrue();
        assertThat(statuses.get(1).state()).isEqualTo(CameraStatus.State.LOST);
        assertThat(statuses.get(1).reason()).contains("no frame for 10 s", "xg2g.camera.frame-timeout");
    }

    private void ticking(CameraCapture capture) {
        time.schedule(Duration.ofSeconds(1), () -> {
            capture.tick();
            if (capture.status().state() != CameraStatus.State.UNAUTHORIZED) {
                ticking(capture);
            }
        });
    }

    @Test
    void aClosedCaptureOpensNothing() {
        CameraCapture capture = capture();
        capture.close();
        capture.run();

        assertThat(opened).isEmpty();
        assertThat(capture.status().state()).isEqualTo(CameraStatus.State.STOPPED);
    }

    private void run() {
        capture().run();
    }

    /** Capture of the feeds, after which the credentials are refused. */
    private CameraCapture capture() {
        Camera camera = new Camera(
                "door",
                "Front door",
                new Camera.Input.Own(new Source.Network(URI.create("rtsp://192.0.2.7/a"), true)),
                new FrameOptions(10, 5, Optional.empty(), RtspTransport.TCP),
                Camera.Origin.CONFIGURATION);
        return new CameraCapture(
                camera,
                () -> {
                    opened.add(time.sinceStart());
                    if (feeds.isEmpty()) {
                        throw REFUSED;
                    }
                    return feeds.poll();
                },
                listener,
                new CameraCapture.Times(Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(3)),
                new SteppedTime(),
                () -> 0.25);
    }

    /** The time of the test, with the wall clock ahead. */
    private final class SteppedTime implements TimeSource {
        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public Instant instant() {
            return time.instant().plus(step);
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            time.sleep(duration);
        }

        @Override
        public Runnable schedule(Duration delay, Runnable action) {
            return time.schedule(delay, action);
        }
    }
}
