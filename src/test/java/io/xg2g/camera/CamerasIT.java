package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.FrameOptions;
import io.xg2g.ffmpeg.FrameProcesses;
import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.ffmpeg.RtspTransport;
import io.xg2g.ffmpeg.SourceKind;
import io.xg2g.ingest.Feed;
import io.xg2g.ingest.Source;
import io.xg2g.ingest.SourceException;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten cameras over RTSP and HTTP: every frame that an output gets can be decoded and is one of its camera. */
class CamerasIT {
    private static final int CAMERAS = 10;
    private static final int OVER_RTSP = 6;

    @TempDir
    static Path directory;

    private static FrameProcesses processes;

    /** A process of one camera. */
    private record ProcessFeed(MediaProcess process) implements Feed {
        @Override
        public int read(byte[] buffer) throws IOException {
            return process.stdout().read(buffer);
        }

        @Override
        public SourceException end() {
            return new SourceException(
                    SourceException.Kind.ENDED, process.ended().join().detail());
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /** Output that decodes every frame; slower than the cameras from time to time. */
    private static final class Decoder implements FrameOutput {
        final Map<String, List<Long>> sequences = new ConcurrentHashMap<>();
        final List<String> wrong = new CopyOnWriteArrayList<>();
        final AtomicLong decoded = new AtomicLong();
        private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
        private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

        @Override
        public String name() {
            return "decoder";
        }

        @Override
        public boolean enabled() {
            return true;
        }

        @Override
        public CompletionStage<Void> deliver(Frame frame) {
            check(frame);
            return gate;
        }

        private void check(Frame frame) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try {
                frame.jpeg().writeTo(bytes);
                CameraPicture.Content content = CameraPicture.read(bytes.toByteArray());
                Integer before = numbers.put(frame.camera(), content.number());
                if (!frame.camera().equals("camera-" + content.camera())) {
                    wrong.add(frame.camera() + " shows " + content);
                } else if (before != null && (content.number() - before & 0xffff) > 0x7fff) {
                    wrong.add(frame.camera() + " shows " + content + " after " + before);
                }
            } catch (IOException undecodable) {
                wrong.add(frame.camera() + ": " + undecodable);
            }
            sequences
                    .computeIfAbsent(frame.camera(), _ -> new CopyOnWriteArrayList<>())
                    .add(frame.sequence());
            decoded.incrementAndGet();
        }
    }

    /** Counts of one camera. */
    private static final class Counts implements CameraCapture.Listener, FrameWorkers.Observer {
        final AtomicInteger captured = new AtomicInteger();
        final AtomicInteger published = new AtomicInteger();
        final AtomicInteger dropped = new AtomicInteger();
        final AtomicInteger invalid = new AtomicInteger();
        private FrameWorkers.Lane lane;

        @Override
        public void frame(Frame frame) {
            captured.incrementAndGet();
            lane.submit(frame);
        }

        @Override
        public void invalid() {
            invalid.incrementAndGet();
        }

        @Override
        public void changed(CameraStatus status) {}

        @Override
        public void published(Duration latency) {
            published.incrementAndGet();
        }

        @Override
        public void dropped(int frames) {
            dropped.addAndGet(frames);
        }
    }

    @BeforeAll
    static void start() {
        processes = new FrameProcesses(directory);
    }

    @AfterAll
    static void end() {
        if (processes != null) {
            processes.close();
        }
    }

    @Test
    void everyFrameIsDecodableAndOfItsCamera() throws Exception {
        run(10, 30);
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void aHundredThousandFramesAreDecodableAndOfTheirCameras() throws Exception {
        run(25, 10_000);
    }

    private static void run(int fps, int framesOfEach) throws Exception {
        Decoder decoder = new Decoder();
        FrameWorkers workers = new FrameWorkers(
                new FrameWorkers.Bounds(4, 6 << 20, 4),
                List.of(decoder),
                Thread.ofVirtual().factory(),
                TimeSource.SYSTEM);
        workers.capacity(5 * CAMERAS);
        List<Counts> counts = new ArrayList<>();
        List<CameraCapture> captures = new ArrayList<>();
        try (RtspServer rtsp = RtspServer.start(OVER_RTSP, CameraPicture.WIDTH, CameraPicture.HEIGHT, fps, "h264");
                MjpegServer http = new MjpegServer(fps, CameraPicture.WIDTH, CameraPicture.HEIGHT)) {
            for (int i = 0; i < CAMERAS; i++) {
                Counts own = new Counts();
                own.lane = workers.add(own);
                URI uri = i < OVER_RTSP ? rtsp.camera(i) : http.camera(i);
                CameraCapture capture = capture(i, uri, fps, own);
                counts.add(own);
                captures.add(capture);
                capture.start();
            }
            await(() -> decoder.sequences.size() == CAMERAS, 60);

            // While the output does not answer, the oldest frames are dropped.
            CompletableFuture<Void> stuck = new CompletableFuture<>();
            decoder.gate = stuck;
            await(() -> counts.stream().allMatch(each -> each.dropped.get() > 0), 60);
            decoder.gate = CompletableFuture.completedFuture(null);
            stuck.complete(null);
            await(() -> counts.stream().allMatch(each -> each.published.get() >= framesOfEach), 30 + framesOfEach);
        } finally {
            captures.forEach(CameraCapture::close);
            workers.close(Patience.seconds(30));
        }

        assertThat(decoder.wrong).isEmpty();
        assertThat(decoder.decoded.get()).isGreaterThanOrEqualTo((long) CAMERAS * framesOfEach);
        for (int i = 0; i < CAMERAS; i++) {
            Counts own = counts.get(i);
            List<Long> sequence = decoder.sequences.get("camera-" + i);
            assertThat(sequence).isSorted().doesNotHaveDuplicates();
            assertThat(own.captured.get() - sequence.size())
                    .as("gaps of camera-%d", i)
                    .isEqualTo(own.dropped.get());
            assertThat(own.published).hasValue(sequence.size());
            assertThat(own.invalid).hasValue(0);
        }
    }

    private static CameraCapture capture(int number, URI uri, int fps, Counts counts) {
        // One of them over HTTP keeps the images of its camera.
        int quality = number == CAMERAS - 1 ? FrameOptions.SOURCE_QUALITY : 5;
        FrameOptions options = new FrameOptions(fps, quality, Optional.empty(), RtspTransport.TCP);
        SourceKind kind = uri.getScheme().equals("rtsp") ? SourceKind.RTSP : SourceKind.MJPEG;
        return new CameraCapture(
                new Camera(
                        "camera-" + number,
                        "Camera",
                        new Camera.Input.Own(new Source.Network(uri, true)),
                        options,
                        Camera.Origin.CONFIGURATION),
                () -> new ProcessFeed(processes.start(uri, kind, options)),
                counts,
                new CameraCapture.Times(Duration.ZERO, Patience.seconds(30), Duration.ZERO),
                TimeSource.SYSTEM,
                () -> 0.5);
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition, int seconds) {
        Awaitility.await().atMost(Patience.seconds(seconds)).until(condition);
    }
}
