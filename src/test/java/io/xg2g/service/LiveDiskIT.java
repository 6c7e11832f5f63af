package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A channel on a disk that becomes full during playback. */
class LiveDiskIT {
    @TempDir
    Path directory;

    @Test
    @Tag("nightly")
    void aFullDiskCausesGapsAndPlaybackContinuesAfterwards() throws Exception {
        Path work = Files.createDirectory(directory.resolve("work"));
        try (RunningService service = RunningService.startOnDisk(
                "96m",
                work,
                Map.of(
                        "xg2g.ffmpeg.min-free-disk", "8M",
                        "xg2g.live.idle-timeout", "5s",
                        "xg2g.live.channels-file",
                                directory.resolve("channels.json").toString()))) {
            try (WatchedChannel channel = WatchedChannel.start(service, Clips.mpeg2())) {
                // When
                Path filler = service.work().resolve("filler");
                FullDisk.fill(filler);

                // Then
                await("readiness says so")
                        .until(() -> RunningService.get(service.management("/readyz"))
                                        .statusCode()
                                == 503);
                await("windows are given up, and say so")
                        .untilAsserted(() -> assertThat(service.metric("xg2g_live_gaps_total"))
                                .isGreaterThanOrEqualTo(2));
                Files.delete(filler);
                channel.awaitMore(5);
                assertThat(channel.viewer().violations()).isEmpty();
                await("it is behind no longer").until(() -> condition(service).equals("playing"));
            }
            await("it stops").until(() -> service.metric("xg2g_live_streams") == 0);
            await("and nothing is left").untilAsserted(() -> {
                assertThat(service.remainingFiles()).isEmpty();
                assertThat(service.encoders()).isEmpty();
            });
            assertThat(service.log()).doesNotContain("Exception:");
        }
    }

    @Test
    void requestsOnAFullDiskHaveRetryAfter() throws Exception {
        Path work = Files.createDirectory(directory.resolve("work"));
        try (RunningService service = RunningService.startOnDisk(
                "32m",
                work,
                Map.of("xg2g.ffmpeg.min-free-disk", "0", "xg2g.live.demo", "true", "xg2g.live.start-timeout", "5s"))) {
            assertThat(LiveChannels.add(service, "kept", "http://127.0.0.1:9/1.ts")
                            .statusCode())
                    .isEqualTo(201);
            FullDisk.fill(service.work().resolve("filler"));

            assertDiskFull(LiveChannels.add(service, "tv", "http://127.0.0.1:9/2.ts"));
            assertDiskFull(LiveChannels.remove(service, "kept"));
            assertDiskFull(RunningService.send(
                    service.post("profile=480p", TestMedia.mpeg2()).build(), BodyHandlers.ofString()));
            // Before the first failure it is starting.
            await("a channel says so").untilAsserted(() -> {
                HttpResponse<String> channel = RunningService.get(service.api("/live/demo/master.m3u8"));
                assertThat(channel.statusCode()).as(channel.body()).isEqualTo(503);
                assertThat(new JsonObject(channel.body()).getString("code")).isEqualTo("disk-full");
            });

            // Then nothing has changed, and no error is logged
            Files.delete(service.work().resolve("filler"));
            assertThat(RunningService.get(service.api("/api/v1/channels")).body())
                    .contains("\"kept\"")
                    .doesNotContain("\"tv\"");
            assertThat(LiveChannels.remove(service, "kept").statusCode()).isEqualTo(204);
            assertThat(service.log()).doesNotContain("unexpectedly", "\tat ");
        }
    }

    private static void assertDiskFull(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValueAsLong("Retry-After")).hasValue(30);
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("disk-full");
    }

    private static String condition(RunningService service) {
        return new JsonObject(
                        RunningService.get(service.api("/api/v1/streams/tv")).body())
                .getString("condition");
    }
}
