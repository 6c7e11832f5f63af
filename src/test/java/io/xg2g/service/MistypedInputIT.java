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

/** Test that parameters and JSON values of another type, and unknown members, are answered with a problem that names them. */
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
        assertThat(post(resource, body).getString("detail")).startsWith(named + " has another JSON type");
    }

    /** A misspelled member would have no effect: a channel without credentials, a token without an end. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "channels, `{\"id\": \"a\", \"usrname\": \"me\"}`, `«usrname» is unknown; allowed: group, headers, id`",
                "cameras, `{\"id\": \"a\", \"pasword\": \"secret\"}`, `«pasword» is unknown; allowed: `",
                "list-tokens, `{\"name\": \"a\", \"expires_at\": \"2030-01-01T00:00:00Z\"}`, `«expires_at» is unknown; allowed: expiresAt, name`",
                "transcodes, `{\"source\": \"http://a\", \"profil\": \"720p\"}`, a JSON body is one object with source",
                "transcodes?profile=720p, `{\"source\": \"http://a\"}`, a request with a JSON body has no query parameters"
            })
    void aMemberThatIsNotDescribedIsAProblemWithTheAllowedOnes(String resource, String body, String message) {
        assertThat(post(resource, body).getString("detail")).contains(message);
    }

    @Test
    void aDeeplyNestedBodyIsInvalid() {
        post("channels", "{\"id\":".repeat(50_000));
    }

    /** Sends a body, and returns the problem by which it is refused. */
    private static JsonObject post(String resource, String body) {
        return BadInputIT.problem(
                HttpRequest.newBuilder(service.api("/api/v1/" + resource))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                400,
                "invalid-request");
    }
}
