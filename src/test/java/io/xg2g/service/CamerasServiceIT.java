package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.camera.CameraPicture;
import io.xg2g.camera.MjpegServer;
import io.xg2g.camera.MjpegServer.Behavior;
import io.xg2g.ffmpeg.RtspCamera;
import io.xg2g.schedule.Patience;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cameras of the running program: their frames over HTTP, and their faults. */
class CamerasServiceIT {
    private static final int FAULTY = 4;
    private static final int LOCKED = 5;
    private static final int ADDED = 6;

    @TempDir
    static Path directory;

    private static MjpegServer http;
    private static RtspCamera rtsp;
    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        http = new MjpegServer(10, CameraPicture.WIDTH, CameraPicture.HEIGHT);
        http.set(LOCKED, Behavior.LOCKED);
        rtsp = new RtspCamera(Clips.h264(), RtspCamera.Login.MD5);
        Map<String, String> keys = new TreeMap<>(Map.of(
                "xg2g.live.demo",
                "true",
                "xg2g.source.allow",
                "127.0.0.1",
                "xg2g.camera.cameras-file",
                directory.resolve("cameras.json").toString(),
                "xg2g.camera.frame-timeout",
                Patience.setting(3),
                "xg2g.camera.frozen-after",
                Patience.setting(1),
                "xg2g.cameras.demo.channel",
                "demo"));
        keys.put("xg2g.cameras.garten.url", http.camera(0).toString());
        keys.put("xg2g.cameras.vorgarten.url", http.camera(1).toString());
        keys.put("xg2g.cameras.vorgarten.quality", "source");
        keys.put("xg2g.cameras.faulty.url", http.camera(FAULTY).toString());
        keys.put("xg2g.cameras.locked.url", http.camera(LOCKED).toString());
        keys.put("xg2g.cameras.rtsp.url", rtsp.address().toString());
        keys.put("xg2g.cameras.rtsp.username", RtspCamera.user());
        keys.put("xg2g.cameras.rtsp.password", RtspCamera.password());
        service = RunningService.start(directory.resolve("work"), keys);
    }

    @AfterAll
    static void end() {
        Stream.of(service, rtsp, http).forEach(each -> {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    @Tag("smoke")
    void framesAreThoseOfTheirCamera() throws Exception {
        for (Map.Entry<String, Integer> camera :
                Map.of("garten", 0, "vorgarten", 1).entrySet()) {
            awaitState(camera.getKey(), "live");
            HttpResponse<byte[]> frame = frame(camera.getKey(), "");

            assertThat(frame.statusCode()).isEqualTo(200);
            assertThat(frame.headers().firstValue("Content-Type")).contains("image/jpeg");
            assertThat(frame.headers().map())
                    .containsKeys("etag", "x-frame-sequence", "x-frame-arrived", "x-frame-captured");
            assertThat(CameraPicture.read(frame.body()).camera()).isEqualTo(camera.getValue());
        }
    }

    @Test
    void aKnownFrameIsNotSentAgain() {
        http.set(ADDED, Behavior.FROZEN);
        add(ADDED, "still");
        awaitState("still", "frozen");
        http.set(ADDED, Behavior.SILENT);
        HttpResponse<byte[]> frame = Awaitility.await()
                .atMost(Patience.seconds(30))
                .until(() -> frame("still", ""), answer -> answer.statusCode() == 200 && isKnown("still", answer));

        assertThat(frame.headers().firstValue("Cache-Control")).contains("private, no-cache");
        remove("still", 204);
        assertThat(frame("still", "").statusCode()).isEqualTo(404);
        http.set(ADDED, Behavior.NORMAL);
    }

    private static boolean isKnown(String camera, HttpResponse<byte[]> frame) {
        String tag = frame.headers().firstValue("ETag").orElseThrow();
        return RunningService.send(
                                HttpRequest.newBuilder(service.api("/api/v1/cameras/" + camera + "/frame.jpg"))
                                        .header("If-None-Match", "\"other\", " + tag)
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode()
                == 304;
    }

    @Test
    void aFrameIsScaledDown() throws Exception {
        awaitState("garten", "live");
        HttpResponse<byte[]> frame = frame("garten", "?width=160");

        assertThat(frame.statusCode()).isEqualTo(200);
        assertThat(ImageIO.read(new ByteArrayInputStream(frame.body())).getWidth())
                .isEqualTo(160);
        assertThat(CameraPicture.read(frame.body()).camera()).isZero();
        assertThat(frame("garten", "?width=15").statusCode()).isEqualTo(400);
        assertThat(service.remainingFiles()).noneMatch(file -> file.endsWith("frame"));
    }

    @Test
    void framesAreSentAsTheyArrive() throws Exception {
        awaitState("vorgarten", "live");
        HttpResponse<InputStream> stream = RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/cameras/vorgarten/frames.mjpeg"))
                        .build(),
                BodyHandlers.ofInputStream());

        assertThat(stream.headers().firstValue("Content-Type")).contains("multipart/x-mixed-replace;boundary=frame");
        try (DataInputStream in = new DataInputStream(stream.body())) {
            long sequence = 0;
            for (int i = 0; i < 10; i++) {
                Map<String, String> head = head(in);
                byte[] jpeg = in.readNBytes(Integer.parseInt(head.get("content-length")));
                assertThat(CameraPicture.read(jpeg).camera()).isEqualTo(1);
                assertThat(Long.parseLong(head.get("x-frame-sequence"))).isGreaterThan(sequence);
                sequence = Long.parseLong(head.get("x-frame-sequence"));
            }
        }
    }

    @SuppressWarnings("deprecation") // Lines of ASCII.
    private static Map<String, String> head(DataInputStream in) throws IOException {
        Map<String, String> head = new TreeMap<>();
        String line = in.readLine();
        while (!line.equals("--frame")) {
            assertThat(line).isEmpty();
            line = in.readLine();
        }
        for (line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            String[] parts = line.split(": ", 2);
            head.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
        }
        return head;
    }

    @Test
    void aCameraWithAPasswordGivesFramesAndThePasswordIsNowhere() throws Exception {
        awaitState("rtsp", "live");

        assertThat(ImageIO.read(new ByteArrayInputStream(frame("rtsp", "").body())))
                .isNotNull();
        String shown = service.log()
                + RunningService.get(service.api("/api/v1/cameras")).body()
                + RunningService.get(service.management("/metrics")).body();
        assertThat(shown).doesNotContain(RtspCamera.password(), RtspCamera.encodedPassword());
        assertThat(service.encoders())
                .noneMatch(child -> child.info().commandLine().orElse("").contains(RtspCamera.encodedPassword()));
    }

    @Test
    void aChannelAndItsCameraShareASource() throws Exception {
        awaitState("demo", "live");

        assertThat(ImageIO.read(new ByteArrayInputStream(frame("demo", "").body()))
                        .getWidth())
                .isEqualTo(1280);
        assertThat(camera("demo").getString("channel")).isEqualTo("demo");
        assertThat(service.encoders().stream()
                        .filter(child -> child.info().commandLine().orElse("").contains("testsrc2")))
                .hasSize(1);
    }

    /** The camera's clock is 16 s fast; then it is set back by an hour. */
    @Test
    void theTimesAreThoseOfTheCamera() {
        rtsp.setClock(Duration.ofSeconds(16));
        await(() -> Math.abs(ahead("rtsp") - 16) < 3);
        rtsp.setClock(Duration.ofHours(-1));
        await(() -> Math.abs(ahead("rtsp") + 3600) < 3);

        awaitState("rtsp", "live");
        await(() -> Math.abs(service.metric("xg2g_camera_drift_seconds", "camera=\"rtsp\"") + 3600) < 3);
    }

    /** Seconds by which the latest frame was captured after its arrival. */
    private static double ahead(String id) {
        JsonObject latest = camera(id).getJsonObject("latest");
        return latest == null || latest.getString("captured") == null
                ? Double.NaN
                : Duration.between(
                                        Instant.parse(latest.getString("arrived")),
                                        Instant.parse(latest.getString("captured")))
                                .toMillis()
                        / 1e3;
    }

    @Test
    void aCameraIsAddedAndRemoved() throws Exception {
        HttpResponse<String> added = add(ADDED, "added");
        assertThat(added.statusCode()).isEqualTo(201);
        assertThat(added.headers().firstValue("Location"))
                .hasValueSatisfying(location -> assertThat(location).endsWith("/api/v1/cameras/added"));
        assertThat(add(ADDED, "added").statusCode()).isEqualTo(409);
        awaitState("added", "live");
        assertThat(CameraPicture.read(frame("added", "").body()).camera()).isEqualTo(ADDED);

        remove("added", 204);
        remove("added", 404);
        remove("garten", 409);
        assertThat(service.metric("xg2g_camera_frames_total", "camera=\"added\""))
                .isZero();
        assertThat(send("{\"id\": \"x\", \"url\": \"http://192.0.2.1/\"}").statusCode())
                .isEqualTo(403);
        assertThat(send("{\"id\": \"x\", \"url\": \"http://127.0.0.1/\", \"fps\": 100}")
                        .body())
                .contains("fps is «100.0»; allowed: 0.1 to 60");
    }

    @Test
    void aCameraThatRefusesThePasswordIsNotAskedAgain() {
        awaitState("locked", "unauthorized");
        awaitState("garten", "live");
        int asked = http.requests(LOCKED);
        long sequence = sequence("garten");
        await(() -> sequence("garten") > sequence + 30);

        assertThat(http.requests(LOCKED)).isEqualTo(asked);
        HttpResponse<byte[]> frame = frame("locked", "");
        assertThat(frame.statusCode()).isEqualTo(502);
        assertThat(new String(frame.body(), StandardCharsets.UTF_8)).contains("receiver-failed", "HTTP status 401");
        assertThat(RunningService.get(service.management("/readyz")).body()).contains("locked: unauthorized");
    }

    @ParameterizedTest
    @Tag("nightly")
    @Tag("alone")
    @CsvSource({"UNPLUGGED, lost", "SILENT, lost", "GARBAGE, lost", "FROZEN, frozen"})
    void aFaultIsReportedAndOverWhenTheCameraWorksAgain(Behavior fault, String state) {
        awaitState("faulty", "live");
        long other = sequence("vorgarten");

        http.set(FAULTY, fault);
        awaitState("faulty", state);
        JsonArray events = new JsonObject(RunningService.get(service.api("/api/v1/events?type=camera." + state))
                        .body())
                .getJsonArray("events");
        assertThat(events.encode()).contains("\"subject\":\"faulty\"");
        assertThat(service.metric("xg2g_camera_state", "camera=\"faulty\"", "state=\"" + state + "\""))
                .isEqualTo(1);
        await(() -> sequence("vorgarten") > other + 10);

        http.set(FAULTY, Behavior.NORMAL);
        awaitState("faulty", "live");
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void aChangeOfTheResolutionIsFollowed() throws Exception {
        awaitState("faulty", "live");
        http.set(FAULTY, Behavior.SMALL);
        long from = sequence("faulty");
        await(() -> sequence("faulty") > from + 20);

        assertThat(CameraPicture.read(frame("faulty", "").body()).camera()).isEqualTo(FAULTY);
        http.set(FAULTY, Behavior.NORMAL);
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void aProcessThatHangsIsReplaced() throws Exception {
        awaitState("garten", "live");
        List<ProcessHandle> hung = service.encoders().stream()
                .filter(child -> child.info().commandLine().orElse("").contains("framecrc"))
                .toList();
        for (ProcessHandle child : hung) {
            new ProcessBuilder("kill", "-STOP", Long.toString(child.pid()))
                    .start()
                    .waitFor();
        }
        await(() -> hung.stream().noneMatch(ProcessHandle::isAlive));

        for (String camera : List.of("garten", "vorgarten", "rtsp", "demo")) {
            awaitState(camera, "live");
        }
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void aKilledProgramLeavesNoProcess() {
        RunningService own = RunningService.start(
                directory.resolve("killed"),
                Map.of("xg2g.cameras.one.url", http.camera(0).toString()));
        await(() -> RunningService.get(own.api("/api/v1/cameras/one")).body().contains("\"live\""));
        List<ProcessHandle> children = own.encoders();
        assertThat(children).isNotEmpty();

        own.process().destroyForcibly();

        await(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        own.close();
    }

    private static HttpResponse<String> add(int number, String id) {
        return send(new JsonObject()
                .put("id", id)
                .put("url", http.camera(number).toString())
                .encode());
    }

    private static HttpResponse<String> send(String json) {
        return RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/cameras"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    private static void remove(String id, int status) {
        assertThat(RunningService.send(
                                HttpRequest.newBuilder(service.api("/api/v1/cameras/" + id))
                                        .DELETE()
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(status);
    }

    private static HttpResponse<byte[]> frame(String camera, String query) {
        return RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/cameras/" + camera + "/frame.jpg" + query))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static JsonObject camera(String id) {
        return new JsonObject(
                RunningService.get(service.api("/api/v1/cameras/" + id)).body());
    }

    private static long sequence(String id) {
        return camera(id).getJsonObject("latest").getLong("sequence");
    }

    private static void awaitState(String id, String state) {
        Awaitility.await(id + " is " + state)
                .atMost(Patience.seconds(60))
                .until(() -> camera(id).getString("state"), state::equals);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Patience.seconds(60)).until(condition);
    }
}
