package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.Patience;
import io.xg2g.upload.TargetServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program uploads a channel to a real server, which is gone for a while; then the program is killed. */
class UploadIT {
    private static final Duration PATIENCE = Patience.seconds(240);

    @TempDir
    Path directory;

    @Test
    void aChannelArrivesAsItWasMadeAndPlays() throws Exception {
        aChannelArrives(TargetServer.Kind.NGINX);
    }

    @Test
    @Tag("nightly")
    void aChannelArrivesInABucketAsItWasMadeAndPlays() throws Exception {
        aChannelArrives(TargetServer.Kind.S3PROXY);
    }

    private void aChannelArrives(TargetServer.Kind kind) throws Exception {
        try (TsServer source = TsServer.start(Clips.h264());
                TargetServer server = TargetServer.start(kind, directory.resolve("target"))) {
            try (RunningService service = start(server, source)) {
                awaitSegments(server, 2);
                server.stop();
                Awaitility.await("the program notices")
                        .atMost(PATIENCE)
                        .until(() -> service.metric("xg2g_upload_target_up") == 0);
                assertThat(RunningService.get(service.management("/readyz")).statusCode())
                        .as("ready without its target")
                        .isEqualTo(200);
                assertThat(RunningService.get(service.api("/live/tv/master.m3u8"))
                                .statusCode())
                        .as("plays without its target")
                        .isEqualTo(200);
                server.restart();
                awaitSegments(server, segments(server) + 2);
                service.process().destroyForcibly().onExit().get();
            }
            int before = segments(server);
            try (RunningService service = start(server, source)) {
                awaitSegments(server, before + 2);
                assertThat(service.log()).doesNotContain("0123456789abcdef");
            }
            new UploadedChannel(server.files().resolve("tv")).assertPlays();
        }
    }

    @Test
    @Tag("nightly")
    void jobsAndUploadsSurviveTwentyKills() throws Exception {
        List<String> jobs = new ArrayList<>();
        try (TsServer source = TsServer.start(Clips.h264());
                TargetServer server = TargetServer.start(TargetServer.Kind.NGINX, directory.resolve("target"))) {
            for (int round = 0; round < 20; round++) {
                try (RunningService service = start(server, source)) {
                    JobClient client = new JobClient(service);
                    jobs.add(client.accept(""));
                    jobs.add(client.accept("&priority=preview"));
                    jobs.add(client.accept("&upload=true"));
                    awaitSegments(server, segments(server) + 1 + round % 4);
                    service.process().destroyForcibly().onExit().get();
                }
            }
            try (RunningService service = start(server, source)) {
                JobClient client = new JobClient(service);
                for (String job : jobs) {
                    client.assertDecodes(client.awaitState(job, "completed"), directory);
                }
                Awaitility.await("uploaded results")
                        .atMost(PATIENCE)
                        .until(() -> server.names().stream()
                                        .filter(name -> name.startsWith("transcodes/"))
                                        .count()
                                == 20);
                assertThat(service.metric("xg2g_queue_items", "queue=\"jobs\"")).isZero();
                Awaitility.await("no result waits")
                        .until(() -> service.metric("xg2g_queue_items", "queue=\"upload-results\"") == 0);
                assertThat(service.metric("xg2g_queue_corrupt_records_total")).isZero();
                awaitSegments(server, segments(server) + 2);
                service.process().destroyForcibly().onExit().get();
            }
            new UploadedChannel(server.files().resolve("tv")).assertPlays();
        }
    }

    private RunningService start(TargetServer server, TsServer source) {
        Map<String, String> configuration = new TreeMap<>(server.configuration());
        configuration.putAll(Map.of(
                "xg2g.live.channels.tv.url", source.uri().toString(),
                "xg2g.upload.channels", "tv",
                "xg2g.upload.keep-running", "true",
                "xg2g.upload.timeout", Patience.setting(10),
                "xg2g.transcode.keep", "1h"));
        return RunningService.start(directory.resolve("work"), configuration);
    }

    private static void awaitSegments(TargetServer server, int count) {
        Awaitility.await(count + " segments")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> segments(server) >= count && server.names().contains("tv/manifest.mpd"));
    }

    private static int segments(TargetServer server) {
        return (int) server.names().stream()
                .filter(name -> name.startsWith("tv/") && name.endsWith(".m4s"))
                .count();
    }
}
