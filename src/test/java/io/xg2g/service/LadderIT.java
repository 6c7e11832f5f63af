package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 1080i25 and 1080p50 at a broadcaster's bit rate, encoded by the processor: more than two cores carry. The ladders are
 * reduced to what they do carry.
 */
@Tag("alone")
@Tag("nightly")
class LadderIT {
    private static final Logger LOG = Logger.getLogger(LadderIT.class);
    private static final Duration STARTING = Duration.ofSeconds(30);
    private static final Duration STEADY = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void oneChannelAndThenTwoPlayWithoutAGap() throws Exception {
        try (RunningService service = RunningService.start(
                        directory.resolve("work"),
                        Map.of(
                                "xg2g.gpu.software.policy", "only",
                                "xg2g.live.channels.fields.url",
                                        TestMedia.broadcastInterlaced().toUri().toString(),
                                "xg2g.live.channels.frames.url",
                                        TestMedia.broadcastProgressive50()
                                                .toUri()
                                                .toString()));
                HlsViewer fields = watch(service, "fields")) {
            assertSteady(service, List.of(fields));

            try (HlsViewer frames = watch(service, "frames")) {
                assertSteady(service, List.of(fields, frames));
            }
        }
    }

    private static HlsViewer watch(RunningService service, String channel) {
        HlsViewer viewer = HlsViewer.watch(service, channel);
        Awaitility.await(channel + " plays")
                .atMost(Patience.seconds(60))
                .until(() -> viewer.video().segments() > 0);
        return viewer;
    }

    private static void assertSteady(RunningService service, List<HlsViewer> viewers) throws InterruptedException {
        Thread.sleep(STARTING);
        List<Integer> gaps =
                viewers.stream().map(viewer -> viewer.video().gaps()).toList();
        double lost = service.metric("xg2g_live_gaps_total");
        List<String> ladders = ladders(service);

        Thread.sleep(STEADY);

        LOG.infof(
                "%s; %s",
                ladders, viewers.stream().map(viewer -> viewer.video()).toList());
        assertThat(viewers.stream().map(viewer -> viewer.video().gaps()).toList())
                .isEqualTo(gaps);
        assertThat(service.metric("xg2g_live_gaps_total")).isEqualTo(lost);
        assertThat(ladders(service)).as("steady input has a steady ladder").isEqualTo(ladders);
        viewers.forEach(viewer -> assertThat(viewer.violations()).isEmpty());
        assertThat(streams(service)).allSatisfy(stream -> {
            assertThat(stream.getDouble("behindSeconds")).isLessThan(2);
            assertThat(stream.getString("condition")).isEqualTo("playing");
            boolean complete =
                    stream.getJsonArray("renditions").getJsonObject(0).getDouble("frameRate") == 50;
            if (!complete) {
                assertThat(stream.getString("ladder"))
                        .matches("1080p50, 720p50, 480p50 would take \\d+\\.\\d of .*\\d cores.*: [0-9p, ]+");
            }
        });
    }

    private static List<String> ladders(RunningService service) {
        return streams(service)
                .map(stream -> stream.getString("channel") + " "
                        + stream.getJsonArray("renditions").stream()
                                .map(JsonObject.class::cast)
                                .map(track -> track.getString("name") + " " + track.getDouble("frameRate"))
                                .toList()
                        + " " + stream.getString("ladder"))
                .toList();
    }

    private static Stream<JsonObject> streams(RunningService service) {
        return new JsonArray(RunningService.get(service.api("/api/v1/streams")).body())
                .stream().map(JsonObject.class::cast);
    }
}
