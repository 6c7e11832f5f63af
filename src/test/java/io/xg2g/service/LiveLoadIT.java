package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.SimulatedGpu;
import io.xg2g.ffmpeg.TestMedia;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many channels at once on four slots of a simulated GPU, whose windows cost time and hardly any processor; everything else
 * is real.
 */
class LiveLoadIT {
    private static final Logger LOG = Logger.getLogger(LiveLoadIT.class);

    @TempDir
    Path directory;

    /** 576p25 MPEG-2, so that there is a rung to be left out, with hardly anything in the picture. */
    private static Path source() {
        return TestMedia.encoded(
                "load.ts",
                "-f lavfi -i color=s=1024x576:r=25:d=24 -f lavfi -i sine=r=48000:d=24"
                        + " -c:v mpeg2video -g 12 -bf 0 -sc_threshold 1000000000 -flags +cgop -b:v 300k"
                        + " -c:a mp2 -b:a 64k -f mpegts");
    }

    @Test
    void tenChannelsPlayWithoutAStall() throws Exception {
        // Ten channels want five windows of two renditions a second, which take less than two of the four slots.
        try (RunningService service = service(10, Duration.ofMillis(150))) {
            List<HlsViewer> viewers = watch(service, 0, 10);
            Awaitility.await("all play")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> viewers.stream()
                            .allMatch(viewer -> viewer.video().segments() >= 3
                                    && viewer.audio().segments() >= 3));
            Thread.sleep(10_000);
            assertThat(preview(service, "c3")).isEqualTo(200);
            Thread.sleep(10_000);

            report(service, viewers);
            assertThat(viewers).allSatisfy(viewer -> {
                assertThat(viewer.complaints()).isEmpty();
                assertThat(viewer.video().gaps()).as("%s", viewer.video()).isZero();
                assertThat(viewer.video().breaks()).as("%s", viewer.video()).isZero();
                assertThat(viewer.video().stalls()).as("%s", viewer.video()).isZero();
                assertThat(viewer.audio().stalls()).as("%s", viewer.audio()).isZero();
            });
            assertThat(waitOf(service, "2", 0.99))
                    .as("99 % of the waits, in seconds")
                    .isLessThanOrEqualTo(1);
            assertThat(waitOf(service, "2", 0.5))
                    .as("half of the waits, in seconds")
                    .isLessThanOrEqualTo(0.1);
            viewers.forEach(HlsViewer::close);
        }
    }

    @Test
    void twentyChannelsOnTooFewSlotsDegradeAndNoneStops() throws Exception {
        // Twenty channels want ten windows of two renditions a second, which would take more than the four slots.
        try (RunningService service = service(20, Duration.ofMillis(220))) {
            List<HlsViewer> viewers = watch(service, 0, 19);
            Awaitility.await("all play")
                    .atMost(Duration.ofSeconds(40))
                    .until(() ->
                            viewers.stream().allMatch(viewer -> viewer.video().segments() >= 2));
            Awaitility.await("renditions are left out")
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> service.metric("xg2g_live_dropped_renditions_total") > 0);
            viewers.addAll(watch(service, 19, 20));
            Awaitility.await("the newest plays, too")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> viewers.getLast().video().segments() > 0);
            List<Long> before =
                    viewers.stream().map(viewer -> viewer.video().number()).toList();
            assertThat(streams(service)).anySatisfy(stream -> {
                assertThat(stream.getString("condition")).isEqualTo("degraded");
                assertThat(stream.getInteger("droppedRungs")).isPositive();
            });
            Thread.sleep(12_000);

            report(service, viewers);
            for (int i = 0; i < viewers.size(); i++) {
                assertThat(viewers.get(i).video().number())
                        .as("%s", viewers.get(i).video())
                        .isGreaterThan(before.get(i));
                assertThat(viewers.get(i).complaints()).isEmpty();
            }
            assertThat(meanWait(service, "2"))
                    .as("the mean wait of active streams beside that of starting ones, in seconds")
                    .isLessThan(meanWait(service, "1"));
            viewers.forEach(HlsViewer::close);
        }
    }

    private RunningService service(int channels, Duration cost) {
        Map<String, String> keys = new TreeMap<>(Map.of(
                "xg2g.ffmpeg.path", SimulatedGpu.install(directory, cost).toString(),
                "xg2g.gpu.queue.workers", "4",
                "xg2g.live.channels-file", directory.resolve("channels.json").toString()));
        Path source = source();
        for (int i = 0; i < channels; i++) {
            keys.put("xg2g.live.channels.c" + i + ".url", source.toUri().toString());
        }
        return RunningService.start(directory.resolve("work"), keys);
    }

    private static List<HlsViewer> watch(RunningService service, int from, int to) throws InterruptedException {
        List<HlsViewer> viewers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            viewers.add(HlsViewer.watch(service, "c" + i));
            if (i == 0) {
                // The simulated GPU makes its outputs by now, which takes a processor.
                HlsViewer first = viewers.getFirst();
                Awaitility.await("the first channel plays")
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> first.video().segments() >= 4);
            }
            Thread.sleep(500);
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

    private static List<JsonObject> streams(RunningService service) {
        return new io.vertx.core.json.JsonArray(
                        RunningService.get(service.api("/api/v1/streams")).body())
                .stream().map(JsonObject.class::cast).toList();
    }

    /** The bound below which this share of a priority's waits lies, in seconds. */
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
