package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More work than the slots can process. */
@Tag("alone")
class LoadIT {
    /** Four times what is run and waits at once. */
    private static final int REQUESTS = 100;

    @TempDir
    Path temp;

    @Test
    void everyRequestOfABurstIsAnsweredOnceAndCounted() throws IOException {
        try (RunningService service = RunningService.start(temp.resolve("work"), Map.of("xg2g.gpu.queue.size", "20"))) {
            // Given
            RunningService.send(
                    service.post("profile=preview", TestMedia.progressive()).build(), discard());
            double before = ended(service);
            ResourceUsage at = ResourceUsage.of(service);

            // When
            List<HttpResponse<String>> answers;
            try (HttpClient clients =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                answers = IntStream.range(0, REQUESTS)
                        .mapToObj(i -> clients.sendAsync(
                                service.post("profile=preview&stream=s" + i, TestMedia.progressive())
                                        .build(),
                                BodyHandlers.ofString(StandardCharsets.ISO_8859_1)))
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .toList();
            }

            // Then
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.statusCode()).isIn(200, 503));
            long completed = answers.stream()
                    .filter(answer -> answer.statusCode() == 200)
                    .count();
            long rejected = answers.stream()
                    .filter(answer -> answer.statusCode() == 503)
                    .count();
            assertThat(completed).isGreaterThanOrEqualTo(4);
            assertThat(completed + rejected).isEqualTo(REQUESTS);
            assertThat(answers).filteredOn(answer -> answer.statusCode() == 503).allSatisfy(answer -> {
                assertThat(new JsonObject(answer.body()).getString("code"))
                        .isIn("gpu-queue-full", "gpu-queue-timeout", "displaced");
                assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0))
                        .isPositive();
            });
            Awaitility.await("the counts").untilAsserted(() -> {
                assertThat(ended(service) - before).isEqualTo(REQUESTS);
                assertThat(service.metric("xg2g_transcode_latency_seconds_count", "outcome=\"completed\""))
                        .isEqualTo(completed + 1);
                assertThat(service.metric("xg2g_gpu_queue_size")).isZero();
                assertThat(service.metric("xg2g_gpu_active_workers")).isZero();
            });
            Awaitility.await("everything goes back to where it was")
                    .atMost(Patience.seconds(30))
                    .until(() -> service.remainingFiles().isEmpty()
                            && service.encoders().isEmpty()
                            && isNear(ResourceUsage.of(service), at));
        }
    }

    /** Completed, failed, rejected and cancelled. */
    private static double ended(RunningService service) {
        return service.metric("xg2g_transcode_latency_seconds_count")
                + service.metric("xg2g_gpu_queue_rejections_total");
    }

    /** Tolerance for pools that do not shrink. */
    private static boolean isNear(ResourceUsage now, ResourceUsage before) {
        return now.descriptors() <= before.descriptors() + 20
                && now.threads() <= before.threads() + 30
                && now.residentMiB() <= before.residentMiB() + 512;
    }

    private static HttpResponse.BodyHandler<Void> discard() {
        return BodyHandlers.discarding();
    }
}
