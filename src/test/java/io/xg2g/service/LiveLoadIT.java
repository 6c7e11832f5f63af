package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.SimulatedGpu;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many channels at once on four slots of a simulated GPU, whose windows take time and hardly any CPU; everything else is
 * real.
 */
@Tag("alone")
@Tag("nightly")
class LiveLoadIT {
    private static final Logger LOG = Logger.getLogger(LiveLoadIT.class);

    @TempDir
    Path directory;

    /** 576p25 MPEG-2, so that there is a rung to drop, of one colour; with or without audio. */
    private static Path source(boolean audio) {
        String video = "-f lavfi -i color=s=1024x576:r=25:d=24";
        String encoding = " -c:v mpeg2video -g 12 -bf 0 -sc_threshold 1000000000 -flags +cgop -b:v 300k";
        return audio
                ? TestMedia.encoded(
                        "load.ts", video + " -f lavfi -i sine=r=48000:d=24" + encoding + " -c:a mp2 -b:a 64k -f mpegts")
                : TestMedia.encoded("load-silent.ts", video + encoding + " -f mpegts");
    }

    @Test
    void tenChannelsPlayWithoutAStall() throws Exception {
        // Ten channels need five windows of two renditions a second, which use less than two of the four slots.
        try (RunningService service = service(10, Duration.ofMillis(150), source(true))) {
            List<HlsViewer> viewers = watch(service, 0, 10);
            // The load of the start is over by then.
            Thread.sleep(2000);
            List<Integer> gaps =
                    viewers.stream().map(viewer -> viewer.video().gaps()).toList();
            List<Integer> stalls =
                    viewers.stream().map(viewer -> viewer.video().stalls()).toList();
            Thread.sleep(10_000);
            assertThat(preview(service, "c3")).isEqualTo(200);
            Thread.sleep(10_000);

            report(service, viewers);
            for (int i = 0; i < viewers.size(); i++) {
                HlsViewer.TrackReader video = viewers.get(i).video();
                assertThat(viewers.get(i).violations()).isEmpty();
                assertThat(video.gaps()).as("%s", video).isEqualTo(gaps.get(i));
                assertThat(video.stalls()).as("%s", video).isEqualTo(stalls.get(i));
                assertThat(video.discontinuities()).as("%s", video).isZero();
            }
            // Without other load on the two cores these are 0.4 and 0.001.
            assertThat(waitOf(service, "2", 0.99))
                    .as("99 % of the waits, in seconds")
                    .isLessThanOrEqualTo(6.4);
            assertThat(waitOf(service, "2", 0.5))
                    .as("half of the waits, in seconds")
                    .isLessThanOrEqualTo(0.8);
            viewers.forEach(HlsViewer::close);
        }
    }

    @Test
    void twentyChannelsOnTooFewSlotsDegradeWithoutStopping() throws Exception {
        // Twenty channels need ten windows of two renditions a second, which exceeds the four slots.
        try (RunningService service = service(20, Duration.ofMillis(220), source(false))) {
            // Each starts to play, although earlier ones have precedence.
            List<HlsViewer> viewers = watch(service, 0, 20);
            Awaitility.await("renditions are left out")
                    .atMost(Patience.seconds(40))
                    .until(() -> service.metric("xg2g_live_dropped_renditions_total") > 0
                            && streams(service)
                                    .anyMatch(stream -> stream.getInteger("droppedRungs") > 0
                                            && stream.getString("condition").equals("degraded")));
            List<Long> before =
                    viewers.stream().map(viewer -> viewer.video().number()).toList();
            Thread.sleep(10_000);

            report(service, viewers);
            for (int i = 0; i < viewers.size(); i++) {
                assertThat(viewers.get(i).video().number())
                        .as("%s", viewers.get(i).video())
                        .isGreaterThan(before.get(i));
                assertThat(viewers.get(i).violations()).isEmpty();
            }
            assertThat(service.metric("xg2g_gpu_queue_rejections_total", "reason=\"timeout\""))
                    .as("units that waited for too long")
                    .isZero();
            viewers.forEach(HlsViewer::close);
        }
    }

    private static Stream<JsonObject> streams(RunningService service) {
        return new JsonArray(RunningService.get(service.api("/api/v1/streams")).body())
                .stream().map(JsonObject.class::cast);
    }

    private RunningService service(int channels, Duration cost, Path source) {
        Map<String, String> keys = new TreeMap<>(Map.of(
                "xg2g.ffmpeg.path", SimulatedGpu.install(directory, cost).toString(),
                "xg2g.gpu.queue.workers", "4",
                "xg2g.live.channels-file", directory.resolve("channels.json").toString()));
        for (int i = 0; i < channels; i++) {
            keys.put("xg2g.live.channels.c" + i + ".url", source.toUri().toString());
        }
        return RunningService.start(directory.resolve("work"), keys);
    }

    /** Starts playback one after the other: the first one makes the simulated GPU encode its outputs, which needs CPU. */
    private static List<HlsViewer> watch(RunningService service, int from, int to) {
        List<HlsViewer> viewers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            HlsViewer viewer = HlsViewer.watch(service, "c" + i);
            viewers.add(viewer);
            int wanted = i == from ? 4 : 1;
            Awaitility.await("c" + i + " plays")
                    .atMost(Patience.seconds(40))
                    .until(() -> viewer.video().segments() >= wanted);
        }
        return viewers;
    }

    private static int preview(RunningService service, String channel) {
        HttpResponse<byte[]> answer = RunningService.send(
                HttpRequest.newBuilder(service.api("/live/" + channel + "/preview.jpg"))
                        .build(),
                BodyHandlers.ofByteArray());
        return answer.statusCode();
    }

    /** Quantile of the waits of a priority, in seconds. */
    private static double waitOf(RunningService service, String priority, double share) {
        String name = "xg2g_gpu_queue_wait_seconds";
        String wanted = "priority=\"" + priority + "\"";
        double all = service.metric(name + "_count", wanted);
        return RunningService.get(service.management("/metrics"))
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "_bucket{") && line.contains(wanted))
                .filter(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) >= share * all)
                .map(line -> line.replaceAll(".*le=\"([^\"]+)\".*", "$1"))
                .mapToDouble(bound -> bound.equals("+Inf") ? Double.MAX_VALUE : Double.parseDouble(bound))
                .min()
                .orElse(Double.MAX_VALUE);
    }

    private static double meanWait(RunningService service, String priority) {
        String name = "xg2g_gpu_queue_wait_seconds";
        String wanted = "priority=\"" + priority + "\"";
        return service.metric(name + "_sum", wanted) / service.metric(name + "_count", wanted);
    }

    private static void report(RunningService service, List<HlsViewer> viewers) {
        LOG.infof(
                "%d channels: mean waits %.3f s active, %.3f s starting; of active streams p50 %.3f s, p99 %.3f s;"
                        + " %.0f renditions left out, %.0f gaps; stalls %s",
                viewers.size(),
                meanWait(service, "2"),
                meanWait(service, "1"),
                waitOf(service, "2", 0.5),
                waitOf(service, "2", 0.99),
                service.metric("xg2g_live_dropped_renditions_total"),
                service.metric("xg2g_live_gaps_total"),
                viewers.stream().map(viewer -> viewer.video().stalls()).toList());
    }
}
