package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every picture is delivered once, in order and in time, with its sound: by the counter, the flashes and the beeps of
 * {@link PictureCounter}, as ffmpeg decodes them from every protocol.
 */
@Tag("nightly")
@Tag("alone")
class PictureOrderIT {
    private static final Logger LOG = Logger.getLogger(PictureOrderIT.class);

    /** Duration of a recording in seconds. */
    private static final int RECORDED = 40;

    /** Maximum change of the offset between sound and picture relative to the source, in milliseconds. */
    private static final double SYNC = 5;

    /** Segments that are published before the recordings begin. */
    private static final int LISTED = 12;

    /** Seconds in which a reader catches up with what was published before it started. */
    private static final int JOINED = 10;

    @TempDir
    static Path directory;

    private static final Map<String, Recording> RECORDINGS = new TreeMap<>();
    private static double ofSource;
    private static TsServer source;
    private static RunningService service;

    /**
     * What ffmpeg has read.
     *
     * @param numbers of the pictures, in their order
     * @param delays from the time at which the source has sent a picture to the one at which it was decoded, in seconds
     * @param file the same without decoding
     */
    private record Recording(List<Integer> numbers, List<Double> delays, Path file) {}

    @BeforeAll
    static void record() throws IOException {
        source = TsServer.start(PictureCounter.small(), PictureCounter.SECONDS);
        service = RunningService.start(
                directory.resolve("work"),
                Map.of("xg2g.live.channels.tv.url", source.uri().toString()));
        try (HlsViewer viewer = HlsViewer.watch(service, "tv")) {
            WatchedChannel.awaitSegments(viewer, LISTED);
        }
        Map<String, CompletableFuture<Recording>> running = new TreeMap<>();
        for (String what : List.of(
                "master.m3u8",
                "manifest.mpd",
                "stream.ts?mode=standard",
                "stream.ts?mode=audio_proxy",
                "stream.ts?mode=gpu")) {
            running.put(
                    what,
                    CompletableFuture.supplyAsync(
                            () -> record(what), command -> Thread.ofPlatform().start(command)));
        }
        running.forEach((what, recording) -> RECORDINGS.put(what, recording.join()));
        // Its bytes are those of the source.
        Path standard = RECORDINGS.get("stream.ts?mode=standard").file();
        ofSource = AudioVideoOffset.median(AudioVideoOffset.offsets(standard, standard));
    }

    @AfterAll
    static void end() throws IOException {
        if (service != null) {
            Files.writeString(Path.of("target", "picture-order.log"), service.log());
            service.close();
        }
        if (source != null) {
            source.close();
        }
    }

    private static Recording record(String what) {
        Path file = directory.resolve(what.replaceAll("[^a-z0-9]", "-") + ".ts");
        List<Integer> numbers = new ArrayList<>();
        List<Double> delays = new ArrayList<>();
        int width = PictureCounter.WIDTH;
        int height = PictureCounter.HEIGHT;
        try {
            // At the end of a manifest ffmpeg asks for segments that it does not list; it does not get there in real
            // time.
            List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "warning", "-y"));
            command.addAll(what.endsWith(".mpd") ? List.of("-re") : List.of());
            command.addAll(List.of(
                    "-i",
                    service.api("/live/tv/" + what).toString(),
                    "-map",
                    "0:v:0",
                    "-map",
                    "0:a:0",
                    "-c",
                    "copy",
                    "-t",
                    "" + RECORDED,
                    "-f",
                    "mpegts",
                    "file:" + file,
                    "-map",
                    "0:v:0",
                    "-t",
                    "" + RECORDED,
                    "-vf",
                    "scale=" + width + ":" + height + ",format=gray",
                    "-fps_mode",
                    "passthrough",
                    "-f",
                    "rawvideo",
                    "-"));
            Process ffmpeg = new ProcessBuilder(command)
                    .redirectError(Path.of(file + ".log").toFile())
                    .start();
            CompletableFuture.runAsync(
                    ffmpeg::destroyForcibly,
                    CompletableFuture.delayedExecutor(
                            Patience.seconds(3 * RECORDED).toSeconds(), TimeUnit.SECONDS));
            try (InputStream pictures = ffmpeg.getInputStream()) {
                for (byte[] picture = pictures.readNBytes(width * height);
                        picture.length == width * height;
                        picture = pictures.readNBytes(width * height)) {
                    double sent = source.position() * PictureCounter.RATE;
                    byte[] luma = picture;
                    int number =
                            PictureCounter.read((x, y) -> luma[(int) (y * height) * width + (int) (x * width)] & 0xff);
                    numbers.add(number);
                    delays.add((double) PictureCounter.ahead(number, (int) sent) / PictureCounter.RATE);
                }
            }
            assertThat(ffmpeg.waitFor()).as(() -> what + ": " + said(file)).isZero();
        } catch (IOException missing) {
            throw new AssertionError("ffmpeg is needed; run make deps", missing);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
        return new Recording(numbers, delays, file);
    }

    private static String said(Path file) {
        try {
            return Files.readString(Path.of(file + ".log"));
        } catch (IOException none) {
            return "";
        }
    }

    @ParameterizedTest
    @CsvSource({
        "master.m3u8",
        "manifest.mpd",
        "stream.ts?mode=standard",
        "stream.ts?mode=audio_proxy",
        "stream.ts?mode=gpu"
    })
    void noPictureIsLostRepeatedOrOld(String what) {
        List<Integer> numbers = RECORDINGS.get(what).numbers();
        List<String> wrong = new ArrayList<>();
        for (int i = 1; i < numbers.size(); i++) {
            if (PictureCounter.ahead(numbers.get(i - 1), numbers.get(i)) != 1) {
                wrong.add(numbers.get(i) + " after " + numbers.get(i - 1));
            }
        }

        assertThat(wrong).as("pictures of %s", what).isEmpty();
        assertThat(numbers).hasSizeGreaterThan((RECORDED - 1) * PictureCounter.RATE);
    }

    @ParameterizedTest
    @CsvSource({
        "master.m3u8",
        "manifest.mpd",
        "stream.ts?mode=standard",
        "stream.ts?mode=audio_proxy",
        "stream.ts?mode=gpu"
    })
    void soundAndPictureAreOfTheSameInstant(String what) {
        Path file = RECORDINGS.get(what).file();
        List<Double> offsets = AudioVideoOffset.offsets(file, file);

        LOG.infof(
                "%s: a beep comes %.1f ms after its flash (%.1f to %.1f); in the source %.1f ms",
                what,
                AudioVideoOffset.median(offsets),
                offsets.stream().min(Double::compare).orElseThrow(),
                offsets.stream().max(Double::compare).orElseThrow(),
                ofSource);
        assertThat(offsets)
                .hasSizeGreaterThan(RECORDED / 2)
                .allSatisfy(offset -> assertThat(offset).isBetween(ofSource - SYNC, ofSource + SYNC));
    }

    /**
     * The delay at which a player never waits: windows of 2 s, and what publishing and fetching them takes. ffmpeg reads DASH 60 s
     * behind its end; {@link PlayersIT} measures the delay of other players.
     */
    @ParameterizedTest
    @CsvSource({"master.m3u8, 7", "stream.ts?mode=standard, 1", "stream.ts?mode=audio_proxy, 2", "stream.ts?mode=gpu, 7"
    })
    void picturesComeInTime(String what, double most) {
        List<Double> delays = RECORDINGS.get(what).delays();
        List<Double> steady = delays.subList(Math.min(delays.size(), JOINED * PictureCounter.RATE), delays.size());

        double worst = steady.stream().max(Double::compare).orElseThrow();
        LOG.infof("%s: decoded %.2f s after the source has sent it at most", what, worst);
        assertThat(worst).as("delay of %s in seconds", what).isLessThan(most * Patience.factor());
    }
}
