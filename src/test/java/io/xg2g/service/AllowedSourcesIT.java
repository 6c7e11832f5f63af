package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.config.ByteOrderMark;
import io.xg2g.ffmpeg.RtspCamera;
import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Test that allowed sources play, and that child processes fetch nothing themselves. */
class AllowedSourcesIT {
    private static final int PACKET = 188;

    @TempDir
    static Path directory;

    private static FileServer files;
    private static RtspCamera configured;
    private static RunningService service;

    @BeforeAll
    static void start() throws Exception {
        Path served = Files.createDirectories(directory.resolve("served"));
        Path clip = Clips.h264();
        Files.copy(clip, served.resolve("plain.ts"));
        Files.write(served.resolve("key.bin"), new byte[16]);
        Path keys = Files.writeString(directory.resolve("keys"), "/moved/key.bin\n" + served.resolve("key.bin") + "\n");
        String from = "ffmpeg -nostdin -v error -y -i file:" + clip + " -map 0:v -map 0:a -c:v copy -c:a aac ";
        String hls = "-f hls -hls_time 2 -hls_list_size 0 ";
        make(from + hls + "file:" + served + "/plain.m3u8");
        make(from + hls + "-hls_key_info_file " + keys + " file:" + served + "/secret.m3u8");
        make(from + hls + "-hls_segment_type fmp4 -hls_fmp4_init_filename init.mp4 file:" + served + "/cmaf.m3u8");
        make(from + hls + "-master_pl_name master.m3u8 file:" + served + "/variant.m3u8");
        Files.writeString(
                served.resolve("marked.m3u8"), ByteOrderMark.TEXT + Files.readString(served.resolve("plain.m3u8")));
        make(from + "file:" + served + "/film.mp4");
        make(from + "file:" + served + "/film.mkv");
        files = FileServer.of(served);
        configured = new RtspCamera(clip, RtspCamera.Login.MD5);
        service = RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString(),
                        "xg2g.live.idle-timeout",
                        "5s",
                        "xg2g.live.channels.configured.url",
                        configured.addressWithPassword().toString()));
    }

    private static void make(String command) throws Exception {
        Process process = new ProcessBuilder(command.split(" ")).inheritIO().start();
        assertThat(process.waitFor()).as(command).isZero();
    }

    @AfterAll
    static void stop() {
        service.close();
        files.close();
        configured.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/plain.ts",
                "/moved/plain.ts",
                "/plain.m3u8",
                "/moved/plain.m3u8",
                "/marked.m3u8",
                "/secret.m3u8",
                "/cmaf.m3u8",
                "/master.m3u8",
                "/film.mp4",
                "/moved/film.mp4",
                "/film.mkv"
            })
    void httpSourcesPlay(String path) throws Exception {
        assertPlays(files.at(path));
    }

    /** Also checks that no child process has the password. */
    @ParameterizedTest
    @EnumSource(RtspCamera.Login.class)
    void aCameraPlays(RtspCamera.Login login) throws Exception {
        try (RtspCamera camera = new RtspCamera(Clips.h264(), login)) {
            HttpResponse<String> added = LiveChannels.add(
                    service, "allowed", camera.addressWithPassword().toString());
            assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
            try {
                assertPlaysWithoutPassword("allowed");
            } finally {
                LiveChannels.remove(service, "allowed");
            }
        }
    }

    @Test
    void aConfiguredCameraPlays() throws Exception {
        assertPlaysWithoutPassword("configured");
        awaitStop();
    }

    /** The child process that reads the source runs as long as the channel. */
    private static void assertPlaysWithoutPassword(String channel) throws IOException {
        Set<String> commands = new HashSet<>();
        read(channel, () -> commands.addAll(commandLines()));

        assertThat(commands)
                .anyMatch(command -> command.contains("rtsp://127.0.0.1:"))
                .noneMatch(command -> command.contains(RtspCamera.encodedPassword()))
                .noneMatch(command -> command.contains(RtspCamera.password()));
        assertThat(service.log()).doesNotContain(RtspCamera.password(), RtspCamera.encodedPassword());
    }

    /** Command lines of the service's child processes; one that has not executed its program still has the service's. */
    private static List<String> commandLines() {
        String own = commandLine(service.process().toHandle());
        return service.process()
                .descendants()
                .map(AllowedSourcesIT::commandLine)
                .filter(line -> !line.equals(own))
                .toList();
    }

    private static String commandLine(ProcessHandle process) {
        return text(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException ended) {
            return "";
        }
    }

    @Test
    void aCameraPlaysWithSeparateUserAndPassword() throws Exception {
        try (RtspCamera camera = new RtspCamera(Clips.h264())) {
            JsonObject spec = new JsonObject()
                    .put("id", "allowed")
                    .put("url", camera.address().toString())
                    .put("username", RtspCamera.user())
                    .put("password", RtspCamera.password());
            HttpResponse<String> added = LiveChannels.add(service, spec.encode());
            assertThat(added.body()).doesNotContain(RtspCamera.user(), RtspCamera.encodedPassword());
            assertPlays(added);

            HttpResponse<String> twice = LiveChannels.add(
                    service,
                    spec.put("url", camera.addressWithPassword().toString()).encode());
            assertThat(twice.statusCode()).isEqualTo(400);
            assertThat(twice.body()).contains("one of both").doesNotContain("s3cret");

            HttpResponse<String> unencoded = LiveChannels.add(
                    service,
                    "allowed",
                    camera.address().toString().replace("://", "://" + RtspCamera.user() + ":s3cret/@#@"));
            assertThat(unencoded.statusCode()).isEqualTo(400);
            assertThat(unencoded.body()).contains("%40", "percent-encoding").doesNotContain("s3cret");
        }
        assertThat(service.log()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "srt"})
    void datagramsPlay(String scheme) throws Exception {
        String address = scheme + "://127.0.0.1:" + FreePort.any();
        String options = scheme.equals("srt") ? "?mode=listener" : "?pkt_size=1316";
        String command = "ffmpeg -nostdin -v error -re -stream_loop -1 -i file:%s -c copy -f mpegts %s%s"
                .formatted(Clips.h264(), address, options);
        Process sender =
                new ProcessBuilder(List.of(command.split(" "))).inheritIO().start();
        try {
            assertPlays(address);
        } finally {
            sender.destroyForcibly().onExit().join();
        }
    }

    private static void assertPlays(String address) throws IOException {
        assertPlays(LiveChannels.add(service, "allowed", address));
    }

    private static void assertPlays(HttpResponse<String> added) throws IOException {
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        try {
            read("allowed", () -> {});
        } finally {
            LiveChannels.remove(service, "allowed");
        }
        awaitStop();
    }

    private static void awaitStop() {
        Awaitility.await("it stops")
                .atMost(Patience.seconds(60))
                .until(() -> service.encoders().isEmpty());
    }

    private static void read(String channel, Runnable meanwhile) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(service.api("/live/" + channel + "/stream.ts?mode=standard"))
                .timeout(Patience.seconds(60))
                .build();
        try (InputStream stream =
                RunningService.send(request, BodyHandlers.ofInputStream()).body()) {
            byte[] packets = stream.readNBytes(500 * PACKET);
            assertThat(packets).hasSize(500 * PACKET);
            meanwhile.run();
            assertThat(Stream.iterate(0, at -> at < packets.length, at -> at + PACKET))
                    .allMatch(at -> packets[at] == 0x47);
        }
    }
}
