package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Continuous streams of a broadcast, and synchronization of audio and video. */
@Tag("alone")
class LiveStreamIT {
    private static final Logger LOG = Logger.getLogger(LiveStreamIT.class);

    /** Duration of each reader, in seconds. */
    private static final int READ = 12;

    /** Maximum change of the offset between audio and video relative to the source, in milliseconds. */
    private static final double SYNC = 80;

    /** Length of a byte sequence that is unique in the source. */
    private static final int HEAD = 100 * BroadcastSource.PACKET;

    private static final List<String> MODES = List.of("standard", "audio_proxy", "gpu");

    /** Published segments: a slow machine has gaps. */
    private static final Pattern FILES = Pattern.compile("(?<!#EXT-X-GAP\n)#EXTINF:[^\n]*\n(\\d+\\.m4s)\n");

    /** What mpv says of a machine that is too slow for it. */
    private static final Pattern SLOW_PLAYER = Pattern.compile(
            "Audio device underrun detected\\."
                    + "|Audio/Video desynchronisation detected! .*|hardware, temporary CPU spikes, .*|position will not match .*");

    /** What ffmpeg says of the times of a window that holds one picture. */
    private static final Pattern HELD =
            Pattern.compile(".*(DTS discontinuity|non monotonically increasing dts|Last message repeated).*");

    private static final Pattern INIT = Pattern.compile("URI=\"(init-\\d+\\.mp4)\"");

    @TempDir
    static Path directory;

    private static BroadcastSource source;
    private static RunningService service;
    private static double ofSource;
    private static Path video;

    /** Whether a slow machine has not encoded a window in time: its frames follow each other at once. */
    private static boolean held;

    private static Path audio;

    @BeforeAll
    static void startAndRead() throws Exception {
        source = BroadcastSource.start();
        service = RunningService.start(
                Files.createDirectory(directory.resolve("work")),
                Map.of(
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString(),
                        "xg2g.live.channels.broadcast.url",
                        source.uri().toString(),
                        // All of them wait for a slow machine.
                        "xg2g.live.start-timeout",
                        "1m"));
        List<CompletableFuture<?>> readers = new ArrayList<>();
        readers.add(record("audio.aac"));
        for (String mode : MODES) {
            readers.add(record("stream.ts?mode=" + mode));
            readers.add(tool(
                    "ffmpeg-" + mode,
                    "ffmpeg",
                    "-nostdin",
                    "-v",
                    "warning",
                    "-i",
                    stream(mode).toString(),
                    "-t",
                    "" + READ,
                    // On a slow machine a window may hold one picture, which is not to be repeated.
                    "-fps_mode",
                    "passthrough",
                    "-f",
                    "null",
                    "-"));
            readers.add(tool(
                    "mpv-" + mode,
                    "mpv",
                    "--no-config",
                    "--vo=null",
                    "--ao=null",
                    "--msg-level=all=warn",
                    "--length=" + READ,
                    stream(mode).toString()));
        }
        ofSource = AudioVideoOffset.median(AudioVideoOffset.offsets(BroadcastSource.file(), BroadcastSource.file()));
        for (CompletableFuture<?> reader : readers) {
            reader.get(Patience.seconds(3 * READ).toSeconds(), TimeUnit.SECONDS);
        }
        held = service.metric("xg2g_live_filled_segments_total") > 0;
        video = segments("1080p");
        audio = segments("audio");
    }

    @AfterAll
    static void end() throws IOException {
        if (service != null) {
            Files.writeString(Path.of("target", "live-stream.log"), service.log());
            service.close();
        }
        if (source != null) {
            source.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"standard", "audio_proxy", "gpu"})
    void ffmpegAndMpvReadAStreamWithoutAWarning(String mode) throws IOException {
        assertThat(said("ffmpeg-" + mode, mode)).isEmpty();
        assertThat(said("mpv-" + mode, mode)).isEmpty();
    }

    @Test
    void modeStandardHasTheBytesOfTheSource() throws IOException {
        byte[] sent = source.sent();
        byte[] got = Files.readAllBytes(recording("stream.ts?mode=standard"));
        // A viewer starts with the tables and the latest keyframe, which are not adjacent in the source.
        int tables = 0;
        while (((got[tables + 1] & 0x1f) << 8 | got[tables + 2] & 0xff) != BroadcastSource.VIDEO_PID) {
            tables += BroadcastSource.PACKET;
        }
        int from = 0;
        while (Arrays.mismatch(sent, from, from + HEAD, got, tables, tables + HEAD) >= 0) {
            from += BroadcastSource.PACKET;
            assertThat(from).as("where the recording begins in the source").isLessThan(sent.length - HEAD);
        }
        assertThat(tables).isLessThanOrEqualTo(4 * BroadcastSource.PACKET);
        assertThat(Arrays.mismatch(sent, from, from + got.length - tables, got, tables, got.length))
                .as("the first byte that differs")
                .isEqualTo(-1);
    }

    @Test
    void audioOnlyIsAacInAdts() throws IOException {
        byte[] aac = Files.readAllBytes(recording("audio.aac"));
        int frames = 0;
        for (int at = 0; at + 7 <= aac.length; frames++) {
            // ISO/IEC 13818-7, 6.2: sync word, MPEG-4, layer 0, no CRC.
            assertThat(aac[at]).as("byte 0 of frame %d", frames).isEqualTo((byte) 0xff);
            assertThat(aac[at + 1]).as("byte 1 of frame %d", frames).isEqualTo((byte) 0xf1);
            // LC (object type 2, less one), 48 kHz (index 3), private 0; then two channels.
            assertThat(aac[at + 2]).as("byte 2 of frame %d", frames).isEqualTo((byte) (1 << 6 | 3 << 2));
            assertThat(aac[at + 3] & 0xfc).as("byte 3 of frame %d", frames).isEqualTo(2 << 6);
            assertThat(aac[at + 6] & 3)
                    .as("raw blocks of frame %d, less one", frames)
                    .isZero();
            int length = (aac[at + 3] & 3) << 11 | (aac[at + 4] & 0xff) << 3 | (aac[at + 5] & 0xff) >> 5;
            assertThat(length).as("length of frame %d", frames).isBetween(8, 1536);
            at += length;
        }
        assertThat(frames).as("frames").isGreaterThan(READ * 48_000 / 1024 / 2);
        assertThat(Ffprobe.decodeErrors(recording("audio.aac"))).doesNotContain("Invalid", "Error", "error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"audio_proxy", "gpu"})
    void audioAndVideoOfAStreamAreSynchronized(String mode) {
        Path recording = recording("stream.ts?mode=" + mode);
        checkSync("stream.ts, mode " + mode, AudioVideoOffset.offsets(recording, recording));
    }

    @Test
    void audioAndVideoOfSegmentsAreSynchronized() {
        checkSync("HLS", AudioVideoOffset.offsets(video, audio));
    }

    private static void checkSync(String what, List<Double> offsets) {
        LOG.infof(
                "%s: a beep comes %.1f ms after its flash (%.1f to %.1f, %d of them); in the source %.1f ms",
                what,
                AudioVideoOffset.median(offsets),
                offsets.stream().min(Double::compare).orElseThrow(),
                offsets.stream().max(Double::compare).orElseThrow(),
                offsets.size(),
                ofSource);
        assertThat(offsets)
                .hasSizeGreaterThan(READ / 4)
                .allSatisfy(offset -> assertThat(offset).isBetween(ofSource - SYNC, ofSource + SYNC));
    }

    /** The published segments of a rendition's longest epoch, in one file: on a busy machine the ladder changes at the start. */
    private static Path segments(String rendition) throws IOException {
        URI playlist = service.api("/live/broadcast/" + rendition + "/media.m3u8");
        String text = Arrays.stream(RunningService.get(playlist).body().split("(?=#EXT-X-MAP)"))
                .max(Comparator.comparingInt(String::length))
                .orElseThrow();
        Path file = directory.resolve(rendition + ".mp4");
        List<String> names = new ArrayList<>(found(INIT, text));
        assertThat(names).hasSize(1);
        names.addAll(found(FILES, text));
        try (var out = Files.newOutputStream(file)) {
            for (String name : names) {
                HttpResponse<byte[]> part = RunningService.send(
                        HttpRequest.newBuilder(playlist.resolve(name)).build(), BodyHandlers.ofByteArray());
                assertThat(part.statusCode()).as(name).isEqualTo(200);
                out.write(part.body());
            }
        }
        return file;
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static URI stream(String mode) {
        return service.api("/live/broadcast/stream.ts?mode=" + mode);
    }

    private static Path recording(String what) {
        return directory.resolve(what.replaceAll("[^a-z0-9]", "-"));
    }

    /**
     * Output of a tool. After joining a broadcast with open GOPs the reference frames of the first frames are missing, and the source's
     * frames must not be changed: warnings of decoders about missing references are ignored.
     */
    private static List<String> said(String tool, String mode) throws IOException {
        return Files.readAllLines(directory.resolve(tool + ".log")).stream()
                .filter(line -> !line.isBlank())
                .filter(line -> !SLOW_PLAYER.matcher(line).matches())
                .filter(line ->
                        !(held && mode.equals("gpu")) || !HELD.matcher(line).matches())
                .filter(line ->
                        mode.equals("gpu") || !line.matches(".*(mmco: unref short failure|Last message repeated).*"))
                .toList();
    }

    private static CompletableFuture<?> record(String what) {
        return CompletableFuture.runAsync(
                () -> {
                    HttpResponse<InputStream> response = RunningService.send(
                            HttpRequest.newBuilder(service.api("/live/broadcast/" + what))
                                    .build(),
                            BodyHandlers.ofInputStream());
                    assertThat(response.statusCode()).as(what).isEqualTo(200);
                    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READ);
                    byte[] buffer = new byte[65_536];
                    try (InputStream in = response.body();
                            var out = Files.newOutputStream(recording(what))) {
                        for (int n = in.read(buffer); n > 0 && System.nanoTime() < end; n = in.read(buffer)) {
                            out.write(buffer, 0, n);
                        }
                    } catch (IOException broken) {
                        throw new AssertionError(what, broken);
                    }
                },
                Thread::startVirtualThread);
    }

    private static CompletableFuture<?> tool(String name, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve(name + ".log").toFile());
            builder.environment().put("TMPDIR", directory.toString());
            Process process = builder.start();
            return process.onExit().whenComplete((_, _) -> process.destroyForcibly());
        } catch (IOException missing) {
            throw new AssertionError(
                    command[0] + " is needed; install Debian's package " + command[0] + ", or run make deps", missing);
        }
    }
}
