package io.xg2g.service;

import static io.xg2g.service.BrowserPlayer.awaitFirstFrame;
import static io.xg2g.service.BrowserPlayer.awaitPlaying;
import static io.xg2g.service.BrowserPlayer.click;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Players on a channel that changes its size, its aspect ratio, and between its own video and encoded renditions: ten epochs in a
 * minute. And on looped files whose audio is longer than their video.
 */
@Tag("nightly")
@Tag("alone")
class EpochsIT {
    private static final Logger LOG = Logger.getLogger(EpochsIT.class);

    /** Duration of an epoch, and of playback, in seconds. */
    private static final int EPOCH = 6;

    private static final int WATCHED = 66;

    @TempDir
    static Path directory;

    private static PlayerPages pages;
    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        pages = PlayerPages.start();
        service = RunningService.start(
                Files.createDirectory(directory.resolve("work")),
                Map.of(
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString(),
                        "xg2g.live.channels.epochs.url",
                        epochs().toUri().toString(),
                        "xg2g.live.channels.loop.url",
                        loop().toUri().toString(),
                        "quarkus.http.cors.enabled",
                        "true",
                        "quarkus.http.cors.origins",
                        pages.origin()));
    }

    @AfterAll
    static void end() throws IOException {
        if (service != null) {
            Files.writeString(Path.of("target", "epochs.log"), service.log());
            service.close();
        }
        if (pages != null) {
            pages.close();
        }
    }

    /** Parts of other sizes, with square pixels, other ones, and fields: those with square pixels are published as they are. */
    private static Path epochs() throws IOException {
        List<Path> parts = List.of(
                part(0, "640x360", ""),
                part(1, "480x270", ""),
                part(2, "640x360", " -aspect 4:3"),
                part(3, "640x360", ""),
                part(4, "352x288", " -flags +ilme+ildct -x264-params tff=1"));
        Path list = directory.resolve("epochs.txt");
        Files.write(list, parts.stream().map(part -> "file " + part).toList());
        return TestMedia.encoded("epochs.ts", "-f concat -safe 0 -i " + list + " -c copy -f mpegts");
    }

    private static Path part(int number, String size, String options) {
        return TestMedia.encoded(
                "epoch-" + number + ".ts",
                "-f lavfi -i testsrc2=s=" + size + ":r=25:d=" + EPOCH + " -f lavfi -i sine=r=48000:d=" + EPOCH
                        + " -c:v libx264 -preset superfast -bf 2 -pix_fmt yuv420p -g 25 -keyint_min 25 -sc_threshold 0"
                        + options + " -c:a mp2 -f mpegts");
    }

    /** Audio that is 20 ms longer than the video. */
    private static Path loop() {
        return TestMedia.encoded(
                "longer-audio.mp4",
                "-f lavfi -i testsrc2=s=640x360:r=25:d=6 -f lavfi -i sine=r=48000:d=6.02 -c:v libx264 -preset ultrafast"
                        + " -bf 3 -g 50 -pix_fmt yuv420p -c:a aac -f mp4");
    }

    @Test
    void ffmpegDecodesEveryFrame() throws Exception {
        String said = run(
                "ffmpeg",
                List.of(
                        "ffmpeg",
                        "-nostdin",
                        "-nostats",
                        "-v",
                        "level+warning",
                        "-i",
                        url("epochs"),
                        "-map",
                        "0:v:0",
                        "-t",
                        "" + WATCHED,
                        "-f",
                        "framecrc",
                        directory.resolve("ffmpeg.crc").toString()));

        assertThat(damages(said)).isEmpty();
        assertThat(Files.readAllLines(directory.resolve("ffmpeg.crc"))).hasSizeGreaterThan(WATCHED * 25 * 9 / 10);
    }

    @Test
    void mpvPlays() throws Exception {
        Path pictures = Files.createDirectory(directory.resolve("mpv"));
        String said = run(
                "mpv",
                List.of(
                        "mpv",
                        "--no-config",
                        "--ao=null",
                        "--vo=image",
                        "--vo-image-outdir=" + pictures,
                        "--vf=fps=1",
                        "--msg-level=all=warn",
                        "--length=" + WATCHED,
                        url("epochs")));

        assertThat(damages(said)).isEmpty();
        assertPictures(pictures);
    }

    @Test
    void vlcPlays() throws Exception {
        Path out = Files.createDirectory(directory.resolve("vlc"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path played = out.resolve("vlc.ts");
        List<String> command = new ArrayList<>(List.of(
                // VLC's own --run-time counts from the beginning of the playlist, not from where it begins to play.
                "timeout",
                "--signal=INT",
                "" + WATCHED,
                "cvlc",
                "-v",
                "--intf=dummy",
                "--play-and-exit",
                "--sout=#std{access=file,mux=ts,dst=" + played + "}",
                url("epochs"),
                "vlc://quit"));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(
                    0,
                    List.of(
                            "setpriv",
                            "--reuid=65534",
                            "--regid=65534",
                            "--clear-groups",
                            "env",
                            "HOME=" + out,
                            "TMPDIR=" + out));
        }
        String said = run("vlc", command);

        assertThat(said.lines()).noneMatch(line -> line.contains("Failed to create demuxer"));
        String counted = run(
                "ffprobe",
                List.of(
                        "ffprobe",
                        "-v",
                        "quiet",
                        "-select_streams",
                        "v:0",
                        "-count_packets",
                        "-show_entries",
                        "stream=nb_read_packets",
                        "-of",
                        "csv=p=0",
                        played.toString()));
        assertThat(counted.lines()
                        .filter(line -> line.matches("\\d+,?"))
                        .mapToInt(line -> Integer.parseInt(line.replace(",", "")))
                        .max()
                        .orElse(0))
                .as("frames that VLC played")
                .isGreaterThan(WATCHED * 25 * 8 / 10);
    }

    @Test
    void hlsJsAndShakaPlay() throws IOException {
        try (Chromium chromium = Chromium.start(directory);
                Chromium.Page hls = chromium.open(service.api("/"), 400, 400);
                Chromium.Page dash = chromium.open(pages.dash(), 400, 400)) {
            click(hls, "epochs");
            dash.evaluate("begin('" + service.api("/live/epochs/manifest.mpd") + "')");
            awaitFirstFrame(hls);
            awaitFirstFrame(dash);
            awaitPlaying(hls);
            awaitPlaying(dash);
            hls.evaluate("observeFromHere()");
            dash.evaluate("observeFromHere()");
            pause(WATCHED);
            check("hls.js", hls);
            check("shaka-player", dash);
        }
    }

    /** A loop of 6 s is played eleven times, with the source's own video in each, and without a change. */
    @Test
    void aLoopWithLongerAudioKeepsItsOwnVideo() throws Exception {
        RunningService.get(URI.create(url("loop")));
        String playlist = "";
        for (int seconds = 0; seconds < WATCHED; seconds += EPOCH) {
            pause(EPOCH);
            playlist = RunningService.get(service.api("/live/loop/source/media.m3u8"))
                    .body();
        }

        assertThat(playlist).doesNotContain("#EXT-X-DISCONTINUITY\n", "#EXT-X-GAP", "../");
        assertThat(playlist.split("#EXTINF")).hasSizeGreaterThan(WATCHED / 3);
    }

    private static void check(String player, Chromium.Page page) throws IOException {
        JsonObject seen = page.object("observation()");
        LOG.infof("%s: %s", player, seen.encode());
        assertThat(seen.getString("mediaError")).as("media error of %s", player).isEmpty();
        assertThat(seen.getDouble("played"))
                .as("seconds that %s played in %s s", player, seen.getDouble("wall"))
                .isGreaterThan(seen.getDouble("wall") * 9 / 10);
    }

    private static String url(String channel) {
        return service.api("/live/" + channel + "/master.m3u8").toString();
    }

    /** Checks that there is a picture for nearly each second, and that each differs from the one before. */
    private static void assertPictures(Path pictures) throws IOException {
        try (Stream<Path> files = Files.list(pictures).filter(Files::isRegularFile)) {
            List<Integer> all = files.sorted().map(EpochsIT::digest).toList();
            long changes = IntStream.range(1, all.size())
                    .filter(i -> !all.get(i).equals(all.get(i - 1)))
                    .count();
            LOG.infof("%s: %d pictures, %d changes", pictures, all.size(), changes);
            assertThat(changes).isGreaterThan(WATCHED * 8L / 10);
        }
    }

    private static int digest(Path file) {
        try {
            return Arrays.hashCode(Files.readAllBytes(file));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Returns the messages of decoders about damaged frames. */
    private static List<String> damages(String said) {
        return said.lines()
                .filter(line ->
                        line.matches(".*(error while decoding|concealing|non-existing|[Ii]nvalid|corrupt|no frame).*"))
                .toList();
    }

    private static String run(String player, List<String> command) throws IOException, InterruptedException {
        Path log = directory.resolve(player + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(Patience.seconds(2 * WATCHED).toSeconds(), TimeUnit.SECONDS))
                    .as("%s ends", player)
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.copy(log, Path.of("target", "epochs-" + player + ".log"), StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.readString(log);
    }

    private static void pause(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new AssertionError(ended);
        }
    }
}
