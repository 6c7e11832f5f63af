package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program with few file descriptors. */
class DescriptorsIT {
    private static final Pattern REFUSAL = Pattern.compile(
            "the number of file descriptors \\(ulimit -n, LimitNOFILE\\) is \\d+; allowed is (?<needed>\\d+) or more");

    @TempDir
    Path directory;

    @Test
    @Tag("nightly")
    void tooFewDescriptorsFailTheStartAndFewLimitTheChannels() throws Exception {
        int needed = needed();
        // Enough for one channel, not for two, also where a start opens some more or less.
        try (TsServer source = TsServer.start(Clips.mpeg2());
                RunningService service = RunningService.launchWithDescriptors(
                        needed + 10, directory.resolve("work"), Map.of("xg2g.live.demo", "true"))) {
            service.awaitReady();
            assertThat(service.log()).contains("they suffice for 1 channels");
            assertThat(LiveChannels.add(service, "tv", source.uri().toString()).statusCode())
                    .isEqualTo(201);
            assertThat(play(service, "demo").statusCode()).isEqualTo(200);

            // When
            HttpResponse<String> refused = play(service, "tv");

            // Then
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValueAsLong("Retry-After")).hasValue(10);
            JsonObject problem = new JsonObject(refused.body());
            assertThat(problem.getString("code")).isEqualTo("too-many-streams");
            assertThat(problem.getString("detail")).contains("1 channels are running", "ulimit -n");

            // And once the other one has ended
            HttpRequest stop = HttpRequest.newBuilder(service.api("/api/v1/streams/demo"))
                    .DELETE()
                    .build();
            assertThat(RunningService.send(stop, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(204);
            assertThat(play(service, "tv").statusCode()).isEqualTo(200);
            aConnectionOverTheLimitIsClosed(service);
            assertThat(service.log()).doesNotContain("Too many open files", " ERROR ");
        }
    }

    private static void aConnectionOverTheLimitIsClosed(RunningService service) throws IOException {
        List<HttpSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                sockets.add(HttpSocket.open(service.api("/").getPort()));
            }
            Awaitility.await().until(() -> sockets.stream().anyMatch(HttpSocket::isClosed));
        } finally {
            for (HttpSocket socket : sockets) {
                socket.close();
            }
        }
        Awaitility.await()
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> service.metric("xg2g_http_connections_closed_total", "reason=\"descriptors\"") > 0);
    }

    /** Required number in the program's error message. */
    private int needed() throws Exception {
        int few = RunningService.isNative() ? 90 : 300;
        try (RunningService service =
                RunningService.launchWithDescriptors(few, directory.resolve("refused"), Map.of())) {
            assertThat(service.process().waitFor(Patience.seconds(120).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            Awaitility.await().until(() -> service.log().contains("ERROR"));
            assertThat(service.process().exitValue()).isEqualTo(1);
            assertThat(service.log()).doesNotContain("\tat ");
            Matcher refusal = REFUSAL.matcher(service.log());
            assertThat(refusal.find()).as(service.log()).isTrue();
            return Integer.parseInt(refusal.group("needed"));
        }
    }

    private static HttpResponse<String> play(RunningService service, String channel) {
        return RunningService.get(service.api("/live/" + channel + "/master.m3u8"));
    }
}
