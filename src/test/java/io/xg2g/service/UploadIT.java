package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.upload.TargetServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packaged program uploads a channel to a real server, which is gone for a while; then the program is killed. */
class UploadIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Pattern URI_LINE = Pattern.compile("(?m)^([^#\\n].*)$|URI=\"([^\"]+)\"");

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void aChannelArrivesAsItWasMadeAndPlays(TargetServer.Kind kind) throws Exception {
        try (TargetServer server = TargetServer.start(kind, directory.resolve("target"))) {
            try (RunningService service = start(server)) {
                awaitSegments(server, "demo/", 6);
                server.stop();
                Awaitility.await("the program notices")
                        .atMost(PATIENCE)
                        .until(() -> service.metric("xg2g_upload_target_up") == 0);
                assertThat(RunningService.get(service.management("/readyz")).statusCode())
                        .as("ready without its target")
                        .isEqualTo(200);
                assertThat(RunningService.get(service.api("/live/demo/master.m3u8"))
                                .statusCode())
                        .as("plays without its target")
                        .isEqualTo(200);
                server.restart();
                int before = segments(server, "demo/");
                awaitSegments(server, "demo/", before + 6);
                service.process().destroyForcibly().onExit().get();
            }
            int before = segments(server, "demo/");
            try (RunningService service = start(server)) {
                awaitSegments(server, "demo/", before + 6);
                assertThat(service.log()).doesNotContain("0123456789abcdef");
            }
            assertPlays(server);
        }
    }

    @Test
    @Tag("nightly")
    void jobsAndUploadsSurviveTwentyKills() throws Exception {
        List<String> jobs = new ArrayList<>();
        try (TargetServer server = TargetServer.start(TargetServer.Kind.values()[0], directory.resolve("target"))) {
            for (int round = 0; round < 20; round++) {
                try (RunningService service = start(server)) {
                    JobClient client = new JobClient(service);
                    jobs.add(client.accept(""));
                    jobs.add(client.accept("&priority=preview"));
                    awaitSegments(server, "demo/", segments(server, "demo/") + 1 + round % 4);
                    service.process().destroyForcibly().onExit().get();
                }
            }
            try (RunningService service = start(server)) {
                JobClient client = new JobClient(service);
                for (String job : jobs) {
                    client.assertDecodes(client.awaitState(job, "completed"), directory);
                }
                assertThat(service.metric("xg2g_queue_items", "queue=\"jobs\"")).isZero();
                assertThat(service.metric("xg2g_queue_corrupt_records_total")).isZero();
                awaitSegments(server, "demo/", segments(server, "demo/") + 6);
                service.process().destroyForcibly().onExit().get();
            }
            assertPlays(server);
        }
    }

    private RunningService start(TargetServer server) {
        Map<String, String> configuration = new TreeMap<>(server.configuration());
        configuration.putAll(Map.of(
                "xg2g.live.demo", "true",
                "xg2g.upload.channels", "demo",
                "xg2g.upload.keep-running", "true",
                "xg2g.upload.timeout", "10s",
                "xg2g.transcode.keep", "1h"));
        return RunningService.start(directory.resolve("work"), configuration);
    }

    private static void awaitSegments(TargetServer server, String channel, int count) {
        Awaitility.await(count + " segments")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() ->
                        segments(server, channel) >= count && server.names().contains("demo/master.m3u8"));
    }

    private static int segments(TargetServer server, String channel) {
        return (int) server.names().stream()
                .filter(name -> name.startsWith(channel) && name.endsWith(".m4s"))
                .count();
    }

    private static void assertPlays(TargetServer server) throws IOException {
        Path channel = server.files().resolve("demo");
        String master = Files.readString(channel.resolve("master.m3u8"));
        List<String> playlists = uris(master);
        assertThat(playlists)
                .isNotEmpty()
                .allSatisfy(uri -> assertThat(channel.resolve(uri)).exists());
        for (String playlist : playlists) {
            Path file = channel.resolve(playlist);
            String text = Files.readString(file);
            assertThat(text)
                    .doesNotContain("token=")
                    .doesNotContain("CAN-BLOCK-RELOAD")
                    .doesNotContain("http");
            String withoutGaps = text.replaceAll("#EXT-X-GAP\n#EXTINF:.*\n.*\n", "");
            assertThat(uris(withoutGaps))
                    .allSatisfy(uri -> assertThat(file.resolveSibling(uri)).exists());
            // ffmpeg opens the segments of gaps, too; without the end it would wait for the next segment.
            Files.writeString(file, withoutGaps + "#EXT-X-ENDLIST\n");
            assertThat(Ffprobe.decodeErrors(file)).isEmpty();
        }
    }

    private static List<String> uris(String playlist) {
        return URI_LINE.matcher(playlist)
                .results()
                .map(line -> line.group(1) == null ? line.group(2) : line.group(1))
                .toList();
    }
}
