package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.xg2g.gpu.Device;
import io.xg2g.process.ProcessPriority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FfmpegTranscoderIT {
    @TempDir
    static Path directory;

    static TranscodingSetup engine;

    @BeforeAll
    static void start() {
        engine = TranscodingSetup.withInstalledEncoders(directory, Map.of("software-preset", "superfast"));
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    enum Source {
        H264_INTERLACED(TestMedia::h264Interlaced, 150, 3.0, 1920, 1080),
        MPEG2(TestMedia::mpeg2, 200, 4.0, 1024, 576),
        HEVC_10(TestMedia::hevc10, 150, 3.0, 1280, 720);

        final Supplier<Path> file;
        final int frames;
        final double seconds;
        final int width;
        final int height;

        Source(Supplier<Path> file, int frames, double seconds, int width, int height) {
            this.file = file;
            this.frames = frames;
            this.seconds = seconds;
            this.width = width;
            this.height = height;
        }
    }

    /** Every source, every container and both kinds of profile. */
    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of(Source.H264_INTERLACED, "720p", Container.MPEG_TS),
                Arguments.of(Source.MPEG2, "abr", Container.MP4),
                Arguments.of(Source.HEVC_10, "720p", Container.MP4));
    }

    static Stream<Arguments> allCases() {
        return Stream.of(Source.values())
                .flatMap(source -> Stream.of("720p", "abr")
                        .flatMap(profile -> Stream.of(Container.MPEG_TS, Container.MP4)
                                .map(container -> Arguments.of(source, profile, container))));
    }

    @ParameterizedTest
    @MethodSource("allCases")
    @Tag("nightly")
    void everyBroadcastVideoIsTranscodedAsRequested(Source source, String profile, Container container)
            throws Exception {
        broadcastVideoIsTranscodedAsRequested(source, profile, container);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void broadcastVideoIsTranscodedAsRequested(Source source, String profile, Container container) throws Exception {
        TranscodeUnit unit = engine.unit(source.file.get(), profile, container);

        TranscodeOutcome outcome = engine.run(unit);

        assertThat(outcome).isInstanceOf(TranscodeOutcome.Produced.class);
        List<Rendition> renditions = ((TranscodeOutcome.Produced) outcome).renditions();
        assertThat(((TranscodeOutcome.Produced) outcome).encoder()).isEqualTo("libx264");
        assertThat(renditions)
                .extracting(Rendition::name)
                .isEqualTo(profile.equals("abr") ? List.of("1080p", "720p", "480p") : List.of("720p"));
        List<Double> aligned = null;
        for (Rendition rendition : renditions) {
            Probed probed = Probed.of(rendition.file());
            int height =
                    Math.min(source.height, Integer.parseInt(rendition.name().replace("p", "")));
            assertThat(probed.errors()).isEmpty();
            assertThat(probed.frames()).isCloseTo(source.frames, within(1));
            assertThat(probed.duration()).isCloseTo(source.seconds, within(source.seconds / source.frames));
            assertThat(rendition.duration().toNanos() / 1e9).isCloseTo(source.seconds, within(0.021));
            assertThat(probed.keyframes().getFirst()).isCloseTo(probed.firstTime(), within(0.001));
            assertThat(probed.keyframes()).hasSize((int) Math.ceil(source.seconds / 2));
            assertThat(probed.video().path("sample_aspect_ratio").asText()).isEqualTo("1:1");
            assertThat(probed.video().path("field_order").asText()).isEqualTo("progressive");
            assertThat(probed.video().path("pix_fmt").asText()).isEqualTo("yuv420p");
            assertThat(probed.video().path("height").asInt()).isEqualTo(height).isEqualTo(rendition.height());
            assertThat(probed.video().path("width").asInt()).isEqualTo(rendition.width());
            assertThat((double) rendition.width() / height)
                    .isCloseTo((double) source.width / source.height, within(0.01));
            assertThat(probed.audio().path("codec_name").asText()).isEqualTo("aac");
            assertThat(probed.audio().path("profile").asText()).isEqualTo("LC");
            assertThat(probed.audio().path("sample_rate").asInt()).isEqualTo(48_000);
            assertThat(probed.audio().path("channels").asInt()).isEqualTo(2);
            assertThat(rendition.bytes()).isEqualTo(Files.size(rendition.file()));
            assertThat(rendition.contentType()).isEqualTo(container.contentType());
            if (aligned == null) {
                aligned = probed.keyframes();
            }
            assertThat(probed.keyframes()).isEqualTo(aligned);
        }
        assertThat(filesIn(unit.outputDirectory())).hasSameSizeAs(renditions);
    }

    @Test
    void runningTwiceGivesTheSameFrames() throws IOException {
        TranscodeUnit first = engine.unit(TestMedia.progressive(), "480p", Container.MPEG_TS);
        TranscodeUnit second = engine.unit(TestMedia.progressive(), "480p", Container.MPEG_TS);

        Rendition one =
                ((TranscodeOutcome.Produced) engine.run(first)).renditions().getFirst();
        Rendition two =
                ((TranscodeOutcome.Produced) engine.run(second)).renditions().getFirst();

        assertThat(one.file()).hasSameBinaryContentAs(two.file());
    }

    @Test
    void aSmallSourceIsNotScaledUp() {
        TranscodeUnit unit = engine.unit(TestMedia.progressive(), "1080p", Container.MP4);

        Rendition rendition =
                ((TranscodeOutcome.Produced) engine.run(unit)).renditions().getFirst();

        assertThat(rendition.width()).isEqualTo(640);
        assertThat(rendition.height()).isEqualTo(360);
    }

    @Test
    void aSourceWithoutAudioHasNoAudioInTheOutput() throws Exception {
        TranscodeUnit unit = engine.unit(TestMedia.silent(), "480p", Container.MP4);

        Rendition rendition =
                ((TranscodeOutcome.Produced) engine.run(unit)).renditions().getFirst();

        assertThat(Probed.of(rendition.file()).audio().isMissingNode()).isTrue();
    }

    @Test
    void aRotatedSourceIsUpright() throws Exception {
        TranscodeUnit unit = engine.unit(TestMedia.rotated(), "480p", Container.MP4);

        Rendition rendition =
                ((TranscodeOutcome.Produced) engine.run(unit)).renditions().getFirst();
        JsonNode video = Probed.of(rendition.file()).video();

        assertThat(video.path("width").asInt()).isEqualTo(270).isEqualTo(rendition.width());
        assertThat(video.path("height").asInt()).isEqualTo(480).isEqualTo(rendition.height());
    }

    @Test
    void aPreviewIsOneJpeg() {
        TranscodeUnit unit = engine.unit(TestMedia.h264Interlaced(), "preview", Container.MP4);

        Rendition rendition =
                ((TranscodeOutcome.Produced) engine.run(unit)).renditions().getFirst();

        assertThat(rendition.file()).hasFileName("preview.jpg");
        assertThat(rendition.contentType()).isEqualTo("image/jpeg");
        assertThat(rendition.width()).isEqualTo(640);
        assertThat(rendition.height()).isEqualTo(360);
    }

    @Test
    void damagedStreamsAreTranscodedAsFarAsPossible() throws Exception {
        for (Path file : List.of(TestMedia.truncated(), TestMedia.bitFlipped())) {
            TranscodeUnit unit = engine.unit(file, "480p", Container.MP4);

            Rendition rendition =
                    ((TranscodeOutcome.Produced) engine.run(unit)).renditions().getFirst();

            Probed probed = Probed.of(rendition.file());
            assertThat(probed.errors()).isEmpty();
            assertThat(probed.frames()).isBetween(30, 76);
        }
    }

    @Test
    void eightKIsScaledDown() {
        TranscodeUnit unit = engine.unit(TestMedia.eightK(), "480p", Container.MP4);

        Rendition rendition =
                ((TranscodeOutcome.Produced) engine.run(unit)).renditions().getFirst();

        assertThat(rendition.width()).isEqualTo(854);
        assertThat(rendition.duration().toMillis()).isEqualTo(200);
    }

    @Test
    @Tag("nightly")
    void codecsOfConfiguredProfilesAreEncoded() throws Exception {
        Map<String, String> profiles = Map.of("xg2g.profiles.h.codec", "hevc", "xg2g.profiles.a.codec", "av1");
        try (TranscodingSetup own = new TranscodingSetup(directory.resolve("codecs"), profiles)) {
            for (String name : List.of("h", "a")) {
                TranscodeUnit unit = own.unit(TestMedia.progressive(), name, Container.MP4);
                Rendition rendition =
                        ((TranscodeOutcome.Produced) own.run(unit)).renditions().getFirst();
                Probed probed = Probed.of(rendition.file());
                assertThat(probed.errors()).isEmpty();
                assertThat(probed.frames()).isEqualTo(75);
                assertThat(probed.video().path("codec_name").asText()).isEqualTo(name.equals("h") ? "hevc" : "av1");
            }
            TranscodeOutcome refused = own.run(own.unit(TestMedia.progressive(), "a", Container.MPEG_TS));
            assertThat(((TranscodeOutcome.Failed) refused).failure())
                    .isEqualTo(new Failure(
                            Failure.Kind.UNSUPPORTED_MEDIA, "av1 is not supported in video/mp2t; request video/mp4"));
        }
    }

    @Test
    void progressGrowsToOne() {
        List<Double> shares = new ArrayList<>();
        TranscodeUnit unit = engine.unit(TestMedia.progressive(), "480p", Container.MP4);

        engine.transcoder.transcode(unit, Device.SOFTWARE, ProcessPriority.NORMAL, shares::add);

        assertThat(shares).isNotEmpty().isSorted().allMatch(share -> share >= 0 && share <= 1);
        assertThat(shares.getLast()).isEqualTo(1);
    }

    private static List<Path> filesIn(Path where) throws IOException {
        try (var files = Files.list(where)) {
            return files.toList();
        }
    }

    /** Result of ffprobe and a full decode of a file. */
    record Probed(
            JsonNode streams, String errors, int frames, double duration, double firstTime, List<Double> keyframes) {
        static Probed of(Path file) throws Exception {
            JsonNode all = new ObjectMapper()
                    .readTree(output("ffprobe -v error -show_streams -select_streams v -show_entries"
                            + " packet=pts_time,duration_time,flags -of json file:" + file));
            JsonNode streams = new ObjectMapper()
                    .readTree(output("ffprobe -v error -show_streams -of json file:" + file))
                    .path("streams");
            List<Double> times = new ArrayList<>();
            List<Double> keys = new ArrayList<>();
            for (JsonNode packet : all.path("packets")) {
                times.add(packet.path("pts_time").asDouble());
                if (packet.path("flags").asText().startsWith("K")) {
                    keys.add(packet.path("pts_time").asDouble());
                }
            }
            times.sort(null);
            double span = times.getLast() - times.getFirst();
            assertThat(times).doesNotHaveDuplicates();
            return new Probed(
                    streams,
                    output("ffmpeg -nostdin -v error -xerror -i file:" + file + " -f null -"),
                    times.size(),
                    span * times.size() / (times.size() - 1),
                    times.getFirst(),
                    keys);
        }

        JsonNode video() {
            return stream("video");
        }

        JsonNode audio() {
            return stream("audio");
        }

        private JsonNode stream(String type) {
            for (JsonNode stream : streams) {
                if (stream.path("codec_type").asText().equals(type)) {
                    return stream;
                }
            }
            return MissingNode.getInstance();
        }

        private static String output(String command) throws Exception {
            Process process = new ProcessBuilder(command.split(" "))
                    .redirectErrorStream(true)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return text;
        }
    }
}
