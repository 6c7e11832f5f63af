package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.http.HttpMethod;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLabelsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    RequestLabelsTest() {
        registry.config().meterFilter(new ServerMeters());
    }

    @Test
    void anUnknownMethodHasTheLabelOther() {
        assertThat(RequestLabels.tags(HttpMethod.valueOf("XYZ"), "/openapi")).isEqualTo(Tags.of("method", "OTHER"));
        assertThat(RequestLabels.tags(HttpMethod.valueOf("get"), "/openapi")).isEqualTo(Tags.of("method", "OTHER"));
        assertThat(RequestLabels.tags(HttpMethod.GET, "/openapi")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x/../watch.js", "/./watch.js", "/%77atch.js", "/x/%2e%2e/watch.js"})
    void anotherSpellingOfAPathHasNoLabel(String path) {
        assertThat(RequestLabels.tags(HttpMethod.GET, path)).isEqualTo(Tags.of("uri", "UNKNOWN"));
    }

    @Test
    void theNumberOfSeriesIsBounded() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            String word = Long.toString(random.nextLong() >>> 1, 36);
            // answered, and reset before the answer
            request(word.toUpperCase(java.util.Locale.ROOT), "/openapi", "200", "/openapi");
            request("GET", "/x" + word + "/../openapi", "200", "/x" + word + "/../openapi");
            request("OPTIONS", "/" + word, "200", "/" + word);
            reset(word, "/openapi");
            reset("GET", "/" + word);
        }
        assertThat(registry.getMeters()).hasSizeLessThan(10);
    }

    @Test
    void aResetRequestIsCountedIfItsPathIsKnown() {
        reset("POST", "/api/v1/transcodes");
        assertThat(registry.getMeters()).isEmpty();

        request("POST", "/api/v1/transcodes", "200", "/api/v1/transcodes");
        reset("POST", "/api/v1/transcodes");
        reset("GET", "/live/{channel}/stream.ts");

        assertThat(registry.getMeters()).hasSize(3);
    }

    @Test
    void labelsOfServedPathsAreBounded() {
        for (int i = 0; i < 1000; i++) {
            request("GET", "/" + i, "200", "/" + i);
        }
        assertThat(registry.getMeters()).hasSize(200);
    }

    /** As Quarkus counts a response: its own labels, then those of the contributors. */
    private void request(String method, String uri, String status, String path) {
        Tags tags = Tags.of("method", method, "uri", uri, "status", status)
                .and(RequestLabels.tags(HttpMethod.valueOf(method), path));
        registry.timer(ServerMeters.REQUESTS, tags);
    }

    /** As Quarkus counts a request without a response: without contributors. */
    private void reset(String method, String uri) {
        registry.timer(ServerMeters.REQUESTS, "method", method, "uri", uri, "status", "RESET");
    }
}
