package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.service.RunningCluster.Layout;
import io.xg2g.service.RunningCluster.Turns;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two gateways behind a proxy that sends each request to the next one, and two workers, one of which is killed. */
@Tag("alone")
class ClusterIT {
    private static RunningCluster cluster;
    private static ClusterClient client;

    @BeforeAll
    static void start() {
        cluster = RunningCluster.start(
                Path.of("target", "cluster-it"),
                Layout.of(2, 2)
                        .onGateways(ClusterClient.identities("ada"))
                        .onWorkers(Map.of("xg2g.gpu.software.slots", "1")));
        client = new ClusterClient(cluster.uri(""), ClusterClient.tokenOf("ada"));
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Tag("smoke")
    void aChannelAClipAndAJobSurviveTheEndOfAWorker() {
        // Given a channel that was added at one gateway, and is watched at both
        try (TsServer source = TsServer.start(Clips.mpeg2());
                HlsViewer viewer = watch(source)) {
            WatchedChannel.awaitSegments(viewer, 3);

            // When a worker is killed while a clip and a job are encoded
            CompletableFuture<HttpResponse<byte[]>> clip = RunningService.sendAsync(
                    client.transcode("profile=480p", TestMedia.progressive()).build(), BodyHandlers.ofByteArray());
            HttpResponse<String> job = client.postJob("profile=480p", TestMedia.progressive(), "clip");
            assertThat(job.statusCode()).as(job.body()).isEqualTo(202);
            ClusterMember busy = Awaitility.await("a unit")
                    .until(
                            () -> cluster.workers().stream()
                                    .filter(worker -> worker.service().metric("xg2g_gpu_active_workers") > 0)
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
            busy.kill();

            // Then
            WatchedChannel.awaitMore(viewer, 3);
            assertThat(viewer.violations()).isEmpty();
            assertThat(cluster.failedRequests(Turns.REQUESTS))
                    .filteredOn(line -> line.contains("GET /live/"))
                    .isEmpty();
            assertThat(clip.join().statusCode()).isEqualTo(200);
            assertThat(clip.join().body()).hasSizeGreaterThan(188);
            JsonObject completed = client.awaitCompleted(new JsonObject(job.body()).getString("id"));
            assertThat(client.sizeOfResult(completed)).isGreaterThan(188);
        }
    }

    private static HlsViewer watch(TsServer source) {
        client.addChannel("tv", source.uri().toString());
        return client.watch("tv");
    }

    @Test
    void aRepeatedRequestIsTheSameJobAtEveryGateway() {
        HttpResponse<String> first = client.postJob("profile=preview", TestMedia.progressive(), "same");
        HttpResponse<String> second = client.postJob("profile=preview", TestMedia.progressive(), "same");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(second.statusCode()).as(second.body()).isEqualTo(202);
        String id = new JsonObject(first.body()).getString("id");
        assertThat(new JsonObject(second.body()).getString("id")).isEqualTo(id);
        client.awaitCompleted(id);
        for (ClusterMember gateway : cluster.gateways()) {
            ClusterClient direct = new ClusterClient(gateway.api(""), client.token());
            assertThat(direct.sizeOfResult(direct.job(id))).isPositive();
            assertThat(direct.get("/api/v1/transcodes?state=completed").body()).contains(id);
        }
    }

    @Test
    void whatIsAddedAtOneGatewayIsThereAtTheOther() {
        client.addChannel("added", "http://127.0.0.1:9/1.ts");
        for (ClusterMember gateway : cluster.gateways()) {
            ClusterClient direct = new ClusterClient(gateway.api(""), client.token());
            assertThat(direct.get("/api/v1/channels/added").statusCode())
                    .as(gateway.name())
                    .isEqualTo(200);
        }
        RunningService.send(client.request("/api/v1/channels/added").DELETE().build(), BodyHandlers.discarding());
        for (ClusterMember gateway : cluster.gateways()) {
            ClusterClient direct = new ClusterClient(gateway.api(""), client.token());
            assertThat(direct.get("/api/v1/channels/added").statusCode())
                    .as(gateway.name())
                    .isEqualTo(404);
        }
    }
}
