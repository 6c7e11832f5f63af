package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.receiver.ReceiverSimulator;
import io.xg2g.schedule.Patience;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Test that the password in the URL of a source of any kind is not logged, returned or exported, even at debug level.
 */
class RedactionIT {
    private static final String SECRET = "s3cr3tc4n4ry";
    private static final String FIELDS = "4097:0:1:1:1:1:1:0:0:0:";

    @TempDir
    Path directory;

    @Test
    void noPasswordOfASourceIsShown() {
        try (ReceiverSimulator box = ReceiverSimulator.start(TestMedia.mpeg2())) {
            String once =
                    "http%3a//user%3a" + SECRET + "@127.0.0.1%3a9/live/user/" + SECRET + "/1.ts%3ftoken=" + SECRET;
            String twice = once.replace("%", "%25");
            box.bouquet("tv", List.of(FIELDS + once, "", FIELDS + twice, ""));
            box.credentials("root", SECRET);
            Map<String, String> configuration = new TreeMap<>(box.configuration("box"));
            configuration.putAll(Map.of(
                    "xg2g.receivers.box.username", "root",
                    "xg2g.receivers.box.password", SECRET,
                    "xg2g.receivers.box.pace", "0s",
                    "xg2g.receivers.box.timeout", "1s",
                    "xg2g.receivers.box.relay-timeout", "1s",
                    "xg2g.live.start-timeout", "1s",
                    "quarkus.log.category.\"io.xg2g\".level", "DEBUG"));
            Map.of(
                            "http", "http://user:" + SECRET + "@127.0.0.1:9/" + SECRET + "?key=" + SECRET,
                            "rtsp", "rtsp://user:" + SECRET + "@127.0.0.1:9/user=admin&password=" + SECRET,
                            "srt", "srt://127.0.0.1:9?streamid=" + SECRET + "&mode=caller",
                            "udp", "udp://user:" + SECRET + "@127.0.0.1:19?token=" + SECRET,
                            "https", "https://user:" + SECRET + "@127.0.0.1:9/" + SECRET)
                    .forEach((id, url) -> configuration.put("xg2g.live.channels." + id + ".url", url));

            configuration.putAll(Map.of(
                    "xg2g.live.channels.fields.url", "rtsp://127.0.0.1:9/",
                    "xg2g.live.channels.fields.username", "user",
                    "xg2g.live.channels.fields.password", "@#%/? " + SECRET));
            try (RunningService service = RunningService.start(directory.resolve("work"), configuration)) {
                LiveChannels.add(service, "added", "rtsp://user:" + SECRET + "@127.0.0.1:9/" + SECRET);
                String channels = body(service, "/api/v1/channels");
                JsonArray list = new JsonArray(channels);
                assertThat(list).hasSize(9);

                // When every channel is started, and its source was opened or failed
                for (int i = 0; i < list.size(); i++) {
                    JsonObject channel = list.getJsonObject(i);
                    String answer = body(service, channel.getString("hls"));
                    assertThat(answer).doesNotContain(SECRET);
                    if (!channel.getString("id").equals("udp")) {
                        Awaitility.await(channel.encode())
                                .atMost(Patience.seconds(60))
                                .until(() -> isOpened(service.log(), channel.getString("id")));
                    }
                }

                assertThat(List.of(
                                channels,
                                body(service, "/api/v1/streams"),
                                body(service, "/api/v1/receivers"),
                                body(service, "/channels.m3u"),
                                RunningService.get(service.management("/metrics"))
                                        .body(),
                                RunningService.get(service.management("/readyz"))
                                        .body()))
                        .noneMatch(answer -> answer.contains(SECRET));
                assertThat(service.log()).contains("service=" + FIELDS + "http://127.0.0.1:9/…");
                assertThat(service.log().lines().filter(line -> line.contains(SECRET)))
                        .isEmpty();
            }
        }
    }

    private static boolean isOpened(String log, String channel) {
        return log.contains("source lost: stream=" + channel) || log.contains("source inspected: stream=" + channel);
    }

    private static String body(RunningService service, String path) {
        return RunningService.get(service.api(path)).body();
    }
}
