package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program in locales with other digits or other rules for capital letters. */
class LocaleIT {
    private static final Pattern OTHER_DIGIT = Pattern.compile("[\\p{Nd}&&[^0-9]]");
    private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: [0-9]+\r\n");

    @TempDir
    Path directory;

    /** {@code make test} has the rules of Error Prone, which refuse formatting in the default locale. */
    @ParameterizedTest
    @Tag("nightly")
    @ValueSource(strings = {"ar-EG", "bn-BD", "tr-TR"})
    void machineReadableOutputHasAsciiDigits(String locale) {
        String[] parts = locale.split("-");
        try (RunningService service = RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "user.language",
                        parts[0],
                        "user.country",
                        parts[1],
                        "xg2g.rate-limit.enabled",
                        "true",
                        "xg2g.live.demo",
                        "true"))) {
            // When a clip is encoded
            HttpResponse<byte[]> clip = RunningService.send(
                    service.post("profile=abr", TestMedia.mpeg2()).build(), BodyHandlers.ofByteArray());

            // Then its parts have lengths, and the response has the rate limit state
            assertThat(clip.statusCode())
                    .as(
                            "%s",
                            new String(clip.body(), StandardCharsets.ISO_8859_1)
                                    .lines()
                                    .limit(3)
                                    .toList())
                    .isEqualTo(200);
            assertThat(LENGTH.matcher(new String(clip.body(), StandardCharsets.ISO_8859_1))
                            .results())
                    .hasSize(3);
            assertThat(header(clip, "RateLimit")).matches("\"ip\";r=[0-9]+;t=[0-9]+");
            assertThat(header(clip, "RateLimit-Policy")).matches("\"ip\";q=[0-9]+;w=[0-9]+");
            assertThat(header(clip, "Server-Timing")).matches("queue;dur=[0-9]+, transcode;dur=[0-9]+");

            // When a channel plays
            HttpResponse<String> playlist = Awaitility.await("the channel plays")
                    .atMost(Patience.seconds(120))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(
                            () -> RunningService.get(service.api("/live/demo/480p/media.m3u8")),
                            answer -> answer.body().contains("#EXTINF"));

            // Then all digits are ASCII
            Stream.of(
                            service.api("/live/demo/master.m3u8"),
                            service.api("/live/demo/manifest.mpd"),
                            service.api("/channels.m3u"),
                            service.api("/api/v1/streams/demo"),
                            service.management("/metrics"),
                            service.management("/readyz"))
                    .map(RunningService::get)
                    .forEach(answer -> {
                        assertThat(answer.statusCode()).as("%s", answer.uri()).isEqualTo(200);
                        assertThat(answer.body()).as("%s", answer.uri()).doesNotContainPattern(OTHER_DIGIT);
                    });
            assertThat(playlist.body()).doesNotContainPattern(OTHER_DIGIT);
            assertThat(service.log()).doesNotContainPattern(OTHER_DIGIT).doesNotContain(" ERROR ");
        }
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("none");
    }
}
