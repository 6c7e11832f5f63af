package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRelayTest {
    private static final URI SOURCE = URI.create("http://h/live.m3u8");

    private final List<String> ended = new ArrayList<>();
    private final HttpRelay relay = relay();

    private HttpRelay relay() {
        SourcePolicy policy = new SourcePolicy(new AllowList(List.of("public")), name -> List.of());
        return new HttpRelay(
                "http://127.0.0.1:1",
                policy.ofClient(SOURCE),
                SOURCE,
                HlsPreferences.NONE,
                Duration.ZERO,
                new RequestBudget(() -> 0),
                ended::add);
    }

    /** Records that it was closed. */
    private static final class Body extends ByteArrayInputStream {
        private boolean closed;

        Body() {
            super(new byte[0]);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void responsesEndWithTheSession() throws Exception {
        Body before = new Body();
        Body read = new Body();
        Body after = new Body();
        relay.track(before);
        try (InputStream body = relay.track(read)) {
            assertThat(body.read(new byte[1], 0, 1)).isEqualTo(-1);
        }

        relay.close();
        relay.track(after);

        assertThat(before.closed).isTrue();
        assertThat(read.closed).isTrue();
        assertThat(after.closed).isTrue();
        assertThat(ended).containsExactly(relay.token());
    }

    @Test
    void theUrlOfTheSourceIsNeverEvicted() {
        String id = relay.address().getPath().split("/")[3];
        for (int i = 0; i < 40_000; i++) {
            relay.address(URI.create("http://h/" + i + ".ts"));
        }

        assertThat(relay.target(id)).contains(SOURCE);
    }

    @Test
    void aRelayUrlIsShortAndStable() {
        URI target = URI.create("http://h/" + "x".repeat(5000) + "/a b%20c.ts?token=t".replace(" ", "%20"));

        assertThat(relay.address(target)).isEqualTo(relay.address(target));
        assertThat(relay.address(target).toString())
                .hasSizeLessThan(100)
                .endsWith("/a_20b_20c.ts")
                .doesNotContain("token");
    }

    @Test
    void theErrorOfTheLatestMediaResponseIsKnown() {
        assertThat(relay.errorStatus()).isEmpty();
        relay.responded(response(403, "10"));
        assertThat(relay.errorStatus()).hasValue(403);
        relay.responded(response(206, "10"));
        assertThat(relay.errorStatus()).isEmpty();
    }

    @Test
    void aResponseOfKnownLengthIsARecording() {
        assertThat(relay.isRecorded()).isFalse();
        relay.responded(response(200, "1000000"));
        assertThat(relay.isRecorded()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "9223372036854775807", "1e6"})
    void aResponseOfUnknownOrEnormousLengthIsNot(String length) {
        relay.responded(response(200, length));

        assertThat(relay.isRecorded()).isFalse();
    }

    @Test
    void aPlaylistIsARecordingIfItHasAnEndWhateverTheLengthOfItsSegments() {
        relay.received("#EXTM3U\n#EXTINF:2,\na.ts\n");
        relay.responded(response(200, "1000000"));
        assertThat(relay.isRecorded()).isFalse();

        relay.received("#EXTM3U\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n");
        relay.responded(response(200, ""));
        assertThat(relay.isRecorded()).isTrue();
    }

    private static SourceResponse response(int status, String length) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        if (!length.isEmpty()) {
            headers.set("Content-Length", length);
        }
        return new SourceResponse(URI.create("http://h/"), status, headers, InputStream.nullInputStream());
    }
}
