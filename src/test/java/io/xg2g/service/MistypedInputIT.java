package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Test that parameters and JSON values of another type are answered with a problem that names them. */
@ExtendWith(Services.Resolver.class)
class MistypedInputIT {
    private static RunningService service;

    @BeforeAll
    static void start(Services services) {
        service = services.shared(Services.USUAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/live/demo/stream.ts?mode=gpu&height=99999999999",
                "/live/demo/source/media.m3u8?_HLS_msn=x",
                "/live/demo/manifest.mpd?start=abc"
            })
    void aParameterOfAnotherTypeIsInvalid(String path) {
        JsonObject problem =
                BadInputIT.problem(HttpRequest.newBuilder(service.api(path)).build(), 400, "invalid-request");
        assertThat(problem.getString("detail")).contains("parameter");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "channels, [], the body",
                "channels, 3, the body",
                "channels, {\"id\": {}}, the value of id",
                "channels, `{\"id\": \"a\", \"headers\": {\"Referer\": []}}`, the value of headers",
                "cameras, {\"fps\": {}}, the value of fps",
                "list-tokens, [], the body"
            })
    void aJsonValueOfAnotherTypeIsAProblemThatNamesIt(String resource, String body, String named) {
        JsonObject problem = BadInputIT.problem(
                HttpRequest.newBuilder(service.api("/api/v1/" + resource))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                400,
                "invalid-request");
        assertThat(problem.getString("detail")).startsWith(named + " has another JSON type");
    }

    @Test
    void aDeeplyNestedBodyIsInvalid() {
        BadInputIT.problem(
                HttpRequest.newBuilder(service.api("/api/v1/channels"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"id\":".repeat(50_000)))
                        .build(),
                400,
                "invalid-request");
    }
}
