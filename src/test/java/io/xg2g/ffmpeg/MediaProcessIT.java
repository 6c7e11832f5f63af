package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.xg2g.http.FreePort;
import io.xg2g.media.AudioOutput;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.TsTimes;
import io.xg2g.media.VideoFrame;
import io.xg2g.schedule.Patience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class MediaProcessIT {
    private static final SegmenterOptions BOTH =
            new SegmenterOptions(true, List.of(new AudioOutput(0, AudioTrackInfo.UNKNOWN)));
    private static final int PACKET = 188;

    @TempDir
    Path directory;

    private TranscodingSetup engine;

    @BeforeEach
    void start() {
        engine = new TranscodingSetup(directory, Map.of("source-timeout", Patience.setting(2)));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(engine.remainingFiles()).isEmpty();
        engine.close();
    }

    @Test
    void theSegmenterKeepsEveryFrameAndItsTimes() throws Exception {
        Path film = LiveMedia.INTERLACED_25.file();

        Path made = segmented(Files.readAllBytes(film));

        List<VideoFrame> before = new TsWindowCutter(film).videoFrames();
        assertThat(times(made)).isEqualTo(times(film)).hasSameSizeAs(before);
        JsonNode audio = FfmpegTranscoderIT.Probed.of(made).audio();
        assertThat(audio.path("codec_name").asText()).isEqualTo("aac");
        assertThat(audio.path("profile").asText()).isEqualTo("LC");
        assertThat(audio.path("sample_rate").asInt()).isEqualTo(48_000);
        assertThat(audio.path("channels").asInt()).isEqualTo(2);
    }

    @Test
    void theSegmenterKeepsTimesAcrossTheWrapOfTheClock() throws Exception {
        byte[] film = Files.readAllBytes(LiveMedia.PROGRESSIVE_50.file());
        TsTimes.shift(film, (1L << 33) - 10 * 90_000);
        Path wrapping = Files.write(directory.resolve("wrapping.ts"), film);

        Path made = segmented(film);

        assertThat(times(made)).isEqualTo(times(wrapping));
    }

    @Test
    void fromTheMiddleOfAGopTheSegmenterStartsWithTheNextKeyframe() throws Exception {
        byte[] film = Files.readAllBytes(LiveMedia.PROGRESSIVE_2997.file());
        List<VideoFrame> before = new TsWindowCutter(LiveMedia.PROGRESSIVE_2997.file()).videoFrames();
        int middle = film.length / 3 / PACKET * PACKET + PACKET;

        Path made = segmented(Arrays.copyOfRange(film, middle, film.length));

        List<VideoFrame> after = new TsWindowCutter(made).videoFrames();
        assertThat(after.getFirst().keyframe()).isTrue();
        assertThat(before).hasSizeGreaterThan(after.size());
        assertThat(after)
                .extracting(VideoFrame::pts)
                .isEqualTo(before.subList(before.size() - after.size(), before.size()).stream()
                        .map(VideoFrame::pts)
                        .toList());
    }

    @Test
    void aSourceWithoutAudioIsSegmentedToo() throws Exception {
        MediaProcess segmenter = engine.processes.segmenter(new SegmenterOptions(true, List.of()));
        CompletableFuture<byte[]> made = read(segmenter);
        feed(segmenter, Files.readAllBytes(TestMedia.progressive576()));

        Path file = Files.write(directory.resolve("silent.ts"), made.get());
        assertThat(times(file)).isEqualTo(times(TestMedia.progressive576()));
        assertThat(segmenter.ended().get().kind()).isEqualTo(Failure.Kind.SOURCE_ENDED);
    }

    @Test
    void aChildThatWaitsForInputIsStoppedAtOnce() throws Exception {
        MediaProcess segmenter = engine.processes.segmenter(BOTH);
        CompletableFuture<byte[]> made = read(segmenter);
        segmenter.stdin().write(Arrays.copyOf(Files.readAllBytes(LiveMedia.PROGRESSIVE_50.file()), 1 << 20));
        segmenter.stdin().flush();

        segmenter.close();

        assertThat(segmenter.ended()).isCompletedWithValueMatching(end -> end.kind() == Failure.Kind.STOPPED);
        assertThat(made.get()).isNotEmpty();
        segmenter.close();
    }

    @Test
    void aChildWithUnreadOutputIsStoppedToo() {
        MediaProcess demo = engine.processes.demo();

        demo.close();

        assertThat(demo.ended()).isCompletedWithValueMatching(end -> end.kind() == Failure.Kind.STOPPED);
    }

    @Test
    void aBlockedWriterIsReleasedByTheEnd() throws Exception {
        MediaProcess segmenter = engine.processes.segmenter(BOTH);
        byte[] film = Files.readAllBytes(LiveMedia.PROGRESSIVE_50.file());
        CompletableFuture<Boolean> refused = CompletableFuture.supplyAsync(() -> {
            try {
                for (int n = 0; n < 100; n++) {
                    segmenter.stdin().write(film);
                }
                return false;
            } catch (IOException broken) {
                return true;
            }
        });
        assertThat(segmenter.stdout().read()).isEqualTo(0x47);

        segmenter.close();

        assertThat(refused.get()).isTrue();
    }

    @Test
    void theDemoHasVideoAndAudio() throws Exception {
        Path film = directory.resolve("demo.ts");
        try (MediaProcess demo = engine.processes.demo()) {
            Files.write(film, demo.stdout().readNBytes(8000 * PACKET));
        }

        List<VideoFrame> videoFrames = new TsWindowCutter(film).videoFrames();
        FfmpegTranscoderIT.Probed probed = FfmpegTranscoderIT.Probed.of(film);
        assertThat(videoFrames).hasSizeGreaterThan(50);
        for (int i = 0; i < videoFrames.size(); i++) {
            assertThat(videoFrames.get(i).keyframe()).isEqualTo(i % 25 == 0);
        }
        assertThat(probed.video().path("height").asInt()).isEqualTo(720);
        assertThat(probed.audio().path("codec_name").asText()).isEqualTo("aac");
    }

    @Test
    void aFileIsPlayedInALoop() throws Exception {
        Path film = TestMedia.silent();
        byte[] made;
        try (MediaProcess grabber = engine.processes.grab(film.toUri(), SourceKind.FILE, GrabOptions.COPY)) {
            made = grabber.stdout().readNBytes((int) (5 * Files.size(film)) / PACKET * PACKET);
        }

        Path loop = Files.write(directory.resolve("loop.ts"), made);
        assertThat(new TsWindowCutter(loop).videoFrames())
                .extracting(VideoFrame::dts)
                .hasSizeGreaterThan(150)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aPlaylistIsFollowedOverHttpOnly() throws Exception {
        Path secret = Files.copy(TestMedia.progressive(), directory.resolve("secret.ts"));
        String head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n";
        try (WebServer web = new WebServer()) {
            web.put("/a.ts", Files.readAllBytes(TestMedia.progressive()));
            URI good = web.put("/good.m3u8", (head + "a.ts\n#EXT-X-ENDLIST\n").getBytes(StandardCharsets.UTF_8));
            for (String inside : List.of("file://" + secret, "concat:" + secret, "/etc/passwd")) {
                URI evil =
                        web.put("/evil.m3u8", (head + inside + "\n#EXT-X-ENDLIST\n").getBytes(StandardCharsets.UTF_8));

                MediaProcess grabber = engine.processes.grab(evil, SourceKind.HLS, GrabOptions.COPY);

                assertThat(grabber.stdout().readAllBytes()).isEmpty();
                assertThat(grabber.ended().get().kind()).isNotEqualTo(Failure.Kind.STOPPED);
            }
            MediaProcess grabber = engine.processes.grab(good, SourceKind.HLS, GrabOptions.COPY);
            Path made =
                    Files.write(directory.resolve("hls.ts"), grabber.stdout().readAllBytes());
            assertThat(times(made)).hasSize(75);
            assertThat(grabber.ended().get()).isEqualTo(new Failure(Failure.Kind.SOURCE_ENDED, "the source has ended"));
        }
    }

    @Test
    void imagesThatArriveFasterThanTheUnitOfTheirDemuxerHaveTimesOfTheirOwn() throws Exception {
        var images = new ByteArrayOutputStream();
        byte[] image = Files.readAllBytes(TestMedia.jpeg());
        for (int n = 0; n < 40; n++) {
            images.writeBytes(("--image\r\nContent-Type: image/jpeg\r\nContent-Length: " + image.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            images.writeBytes(image);
            images.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        try (WebServer web = new WebServer()) {
            URI camera = web.put("/images", images.toByteArray());
            MediaProcess grabber = engine.processes.grab(camera, SourceKind.MJPEG, GrabOptions.COPY.encodingVideo());

            Path made =
                    Files.write(directory.resolve("images.ts"), grabber.stdout().readAllBytes());

            assertThat(times(made)).hasSize(40).isSorted().doesNotHaveDuplicates();
            assertThat(grabber.ended().get().kind()).isEqualTo(Failure.Kind.SOURCE_ENDED);
        }
    }

    @Test
    void aFailedSourceReportsTheReason() throws Exception {
        try (WebServer web = new WebServer()) {
            assertThat(end(web.at("/none.mp4"), SourceKind.HTTP).kind()).isEqualTo(Failure.Kind.SOURCE_PERMANENT);
            assertThat(end(web.at("/silent"), SourceKind.HTTP).kind()).isEqualTo(Failure.Kind.SOURCE_TRANSIENT);
            URI text = web.put("/text", Files.readAllBytes(TestMedia.text()));
            assertThat(end(text, SourceKind.HTTP).kind()).isEqualTo(Failure.Kind.UNSUPPORTED_MEDIA);
        }
        URI nobody = URI.create("http://127.0.0.1:" + FreePort.any() + "/x");
        assertThat(end(nobody, SourceKind.HTTP))
                .isEqualTo(new Failure(Failure.Kind.SOURCE_TRANSIENT, "the source refuses connections"));
        assertThat(end(URI.create("udp://127.0.0.1:" + FreePort.any()), SourceKind.UDP)
                        .kind())
                .isEqualTo(Failure.Kind.SOURCE_ENDED);
        assertThat(end(URI.create("srt://127.0.0.1:" + FreePort.any()), SourceKind.SRT)
                        .kind())
                .isEqualTo(Failure.Kind.SOURCE_TRANSIENT);
    }

    @Test
    void aCameraIsReadAndItsPasswordIsNotShown() throws Exception {
        try (RtspCamera camera = new RtspCamera(LiveMedia.PROGRESSIVE_50.file())) {
            MediaProcess grabber =
                    engine.processes.grab(camera.addressWithPassword(), SourceKind.RTSP, GrabOptions.COPY);
            byte[] made = grabber.stdout().readNBytes(1000 * PACKET);
            grabber.close();
            Path film = Files.write(directory.resolve("camera.ts"), made);
            assertThat(times(film)).hasSizeGreaterThan(20);

            assertThat(end(camera.address(), SourceKind.RTSP))
                    .isEqualTo(new Failure(Failure.Kind.SOURCE_UNAUTHORIZED, "the source refuses access"));
            URI closed = URI.create(
                    camera.addressWithPassword().toString().replaceAll(":\\d+/", ":" + FreePort.any() + "/"));
            MediaProcess refused = engine.processes.grab(closed, SourceKind.RTSP, GrabOptions.COPY);
            assertThat(refused.ended().get().detail()).isEqualTo("the source refuses connections");
            assertThat(refused.stderrTail()).contains("Connection refused").doesNotContain(RtspCamera.password());
        }
    }

    @Test
    @Tag("nightly")
    void datagramsAndSrtAreRead() throws Exception {
        int port = FreePort.any();
        for (String address : List.of("udp://127.0.0.1:" + port, "srt://127.0.0.1:" + port)) {
            boolean srt = address.startsWith("srt");
            Process sender = PlainFfmpeg.start(List.of(
                    ("ffmpeg -nostdin -re -stream_loop -1 -i file:%s -map 0 -c copy -f mpegts %s"
                                            .formatted(LiveMedia.PROGRESSIVE_50.file(), address)
                                    + (srt ? "?mode=listener" : "?pkt_size=1316"))
                            .split(" ")));
            byte[] made = new byte[0];
            while (made.length == 0) {
                try (MediaProcess grabber = engine.processes.grab(
                        URI.create(address), srt ? SourceKind.SRT : SourceKind.UDP, GrabOptions.COPY)) {
                    made = grabber.stdout().readNBytes(1000 * PACKET);
                }
            }
            sender.destroyForcibly().onExit().get();
            assertThat(times(Files.write(directory.resolve("network.ts"), made)))
                    .hasSizeGreaterThan(20);
        }
    }

    @Test
    void aKilledChildIsACrashAndAMissingProgramHasEnded() throws Exception {
        MediaProcess demo = engine.processes.demo();
        assertThat(demo.stdout().read()).isEqualTo(0x47);
        children().forEach(ProcessHandle::destroyForcibly);
        assertThat(demo.ended().get()).isEqualTo(new Failure(Failure.Kind.CRASH, "ffmpeg was terminated by signal 9"));

        try (TranscodingSetup own = new TranscodingSetup(directory.resolve("own"), Map.of("path", "/nowhere/ffmpeg"))) {
            MediaProcess none = own.processes.segmenter(BOTH);
            assertThat(none.ended())
                    .isCompletedWithValue(new Failure(
                            Failure.Kind.CRASH,
                            "ffmpeg cannot be started (xg2g.ffmpeg.path): No such file or directory"));
            assertThat(none.stdout().read()).isEqualTo(-1);
            none.close();
        }
    }

    @Test
    void orphansOfAKilledProgramAreTerminatedAtTheNextStart() throws Exception {
        MediaProcess demo = engine.processes.demo();
        assertThat(demo.stdout().read()).isEqualTo(0x47);
        List<ProcessHandle> left = children();
        engine.close();

        engine = new TranscodingSetup(directory, Map.of());

        assertThat(left).isNotEmpty().noneMatch(ProcessHandle::isAlive);
        assertThat(demo.ended().get().kind()).isEqualTo(Failure.Kind.CRASH);
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current().children().toList();
    }

    private Failure end(URI source, SourceKind kind) throws Exception {
        MediaProcess grabber = engine.processes.grab(source, kind, GrabOptions.COPY);
        assertThat(grabber.stdout().readAllBytes()).isEmpty();
        return grabber.ended().get();
    }

    private Path segmented(byte[] film) throws Exception {
        MediaProcess segmenter = engine.processes.segmenter(BOTH);
        CompletableFuture<byte[]> made = read(segmenter);
        feed(segmenter, film);
        assertThat(segmenter.ended().get()).isEqualTo(new Failure(Failure.Kind.SOURCE_ENDED, "the source has ended"));
        return Files.write(directory.resolve("made.ts"), made.get());
    }

    private static void feed(MediaProcess segmenter, byte[] film) throws IOException {
        try (OutputStream stdin = segmenter.stdin()) {
            stdin.write(film);
        }
    }

    private static CompletableFuture<byte[]> read(MediaProcess process) {
        return CompletableFuture.supplyAsync(() -> {
            var all = new ByteArrayOutputStream();
            try (InputStream stdout = process.stdout()) {
                stdout.transferTo(all);
            } catch (IOException closed) {
                // The bytes read so far are the result.
            }
            return all.toByteArray();
        });
    }

    /** Presentation times of all frames, in decoding order. */
    private static List<Long> times(Path film) {
        return new TsWindowCutter(film)
                .videoFrames().stream().map(VideoFrame::pts).toList();
    }
}
