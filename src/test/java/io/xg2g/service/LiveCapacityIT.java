package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More channels than a machine encodes in real time: a processor that the probe finds slow. */
class LiveCapacityIT {
    @TempDir
    static Path directory;

    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        String clip = TestMedia.mpeg2().toUri().toString();
        service = RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "xg2g.live.demo",
                        "true",
                        "xg2g.live.channels.one.url",
                        clip,
                        "xg2g.live.channels.two.url",
                        clip,
                        "xg2g.ffmpeg.path",
                        slowAtTheProbe().toString()));
    }

    /** States for the encodings of the probe that all processors took five seconds. */
    private static Path slowAtTheProbe() throws IOException {
        Path script = directory.resolve("slow-ffmpeg");
        Files.writeString(script, """
                #!/bin/sh
                case "$*" in */libx264)
                    ffmpeg "$@" || exit
                    echo "[info] bench: utime=$((5 * $(nproc))).000s stime=0.000s rtime=5.000s" >&2
                    exit ;;
                esac
                exec ffmpeg "$@"
                """);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterAll
    static void end() {
        if (service != null) {
            service.close();
        }
    }

    @Test
    void aChannelOverTheCapacityIsRefusedUntilOneStops() {
        assertThat(new JsonObject(
                                RunningService.get(service.api("/api/v1/queue")).body())
                        .getDouble("speed"))
                .isBetween(0.01, 0.5);
        assertThat(master("one").statusCode()).isEqualTo(200);

        HttpResponse<String> refused = master("two");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValueAsLong("Retry-After")).hasValue(10);
        JsonObject problem = new JsonObject(refused.body());
        assertThat(problem.getString("code")).isEqualTo("too-many-streams");
        assertThat(problem.getString("detail"))
                .containsPattern(
                        "its lowest rendition costs \\d\\.\\d.*the capacity of the devices is \\d\\.\\d; used by: one \\d\\.\\d");

        // A channel with passthrough needs no encoder, and is not refused.
        HttpResponse<String> demo = master("demo");
        assertThat(demo.statusCode()).isEqualTo(200);
        assertThat(demo.body()).contains("source/media.m3u8").doesNotContain("480p/media.m3u8");
        assertThat(new JsonObject(RunningService.get(service.api("/api/v1/streams/demo"))
                                .body())
                        .getString("ladder"))
                .matches("480p25 would take \\d+\\.\\d of .*\\d cores.*: no rendition");

        // The first channel has no more requests.
        Awaitility.await()
                .atMost(Patience.seconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> master("two").statusCode() == 200);
    }

    @Test
    @Tag("nightly")
    void atTheMaximumAChannelWithoutViewersIsStopped() {
        try (RunningService single = RunningService.start(
                directory.resolve("single"),
                Map.of(
                        "xg2g.live.demo", "true",
                        "xg2g.live.max-streams", "1",
                        "xg2g.live.idle-timeout", "1h",
                        "xg2g.live.channels.one.url", TestMedia.mpeg2().toUri().toString()))) {
            assertThat(master(single, "demo").statusCode()).isEqualTo(200);

            HttpResponse<String> refused = master(single, "one");

            assertThat(refused.statusCode()).isEqualTo(503);
            JsonObject problem = new JsonObject(refused.body());
            assertThat(problem.getString("code")).isEqualTo("too-many-streams");
            assertThat(problem.getString("detail")).contains("1 channels are running", "xg2g.live.max-streams");
            // Its only viewer sends no more requests.
            Awaitility.await()
                    .atMost(Patience.seconds(60))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> master(single, "one").statusCode() == 200);
            assertThat(RunningService.get(single.api("/api/v1/streams")).body())
                    .contains("\"one\"")
                    .doesNotContain("\"demo\"");
        }
    }

    private static HttpResponse<String> master(String channel) {
        return master(service, channel);
    }

    private static HttpResponse<String> master(RunningService service, String channel) {
        return RunningService.get(service.api("/live/" + channel + "/master.m3u8"));
    }
}
