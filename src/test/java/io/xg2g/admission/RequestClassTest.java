package io.xg2g.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestClassTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/live/news/master.m3u8",
                "/live/news/manifest.mpd",
                "/live/news/720p/media.m3u8",
                "/live/news/720p/1700000000.m4s",
                "/live/news/audio/init-3.mp4",
                "/live/news/master.m3u8/",
                "/live/%6eews/master.m3u8",
                "/live/news/%6daster.m3u8",
                "/live/news/whatever"
            })
    void everythingOfAChannelIsTheSamePlayback(String path) {
        assertThat(get(path, null)).isEqualTo(new RequestClass.Play("news", Kind.GPU));
    }

    @ParameterizedTest
    @CsvSource({
        "/live/news/stream.ts,, STANDARD",
        "/live/news/stream.ts, standard, STANDARD",
        "/live/news/stream.ts, audio_proxy, AUDIO_PROXY",
        "/live/news/stream.ts, gpu, GPU",
        "/live/news/stream.ts, nonsense, STANDARD",
        "/live/news/%73tream.ts, gpu, GPU",
        "/live/news/audio.aac,, AUDIO_PROXY"
    })
    void continuousStreamsCountAsTheirMode(String path, String mode, Kind kind) {
        assertThat(get(path, mode)).isEqualTo(new RequestClass.Play("news", kind));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/js/hls.min.js",
                "/channels.m3u",
                "/api/v1/queue",
                "/api/v1/transcodes/1",
                "/api/v1/transcodes/1/renditions/720p",
                "/live/news/preview.jpg",
                "/live",
                "/live/news",
                "/openapi"
            })
    void readsOfExistingStateAreReads(String path) {
        assertThat(get(path, null)).isEqualTo(RequestClass.READ);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v1/transcodes, TRANSCODE",
        "POST, /api/v1/transcodes/, TRANSCODE",
        "POST, /api/v1/%74ranscodes, TRANSCODE",
        "POST, /api/v1/channels, API",
        "DELETE, /api/v1/channels/door, API",
        "DELETE, /api/v1/streams/door, API",
        "PUT, /, API",
        "POST, /live/news/720p/1.m4s, API",
        "BREW, /nowhere/at/all, API"
    })
    void everyOtherMethodCountsAsWork(String method, String path, Kind kind) {
        assertThat(RequestClass.of(HttpMethod.valueOf(method), path, _ -> null)).isEqualTo(new RequestClass.Work(kind));
    }

    /** A unit is encoded for it. */
    @Test
    void aFrameThatIsScaledCountsAsATranscode() {
        String path = "/api/v1/cameras/door/frame.jpg";
        assertThat(get(path, null)).isEqualTo(RequestClass.READ);
        assertThat(RequestClass.of(HttpMethod.GET, path, name -> name.equals("width") ? "320" : null))
                .isEqualTo(new RequestClass.Work(Kind.TRANSCODE));
    }

    @Test
    void cancellingCountsAsARead() {
        assertThat(RequestClass.of(HttpMethod.DELETE, "/api/v1/transcodes/1", _ -> null))
                .isEqualTo(RequestClass.READ);
    }

    @Test
    void aMalformedEscapeIsTakenLiterally() {
        assertThat(get("/live/100%/master.m3u8", null)).isEqualTo(new RequestClass.Play("100%", Kind.GPU));
        assertThat(get("/live/a+b/master.m3u8", null)).isEqualTo(new RequestClass.Play("a+b", Kind.GPU));
    }

    private static RequestClass get(String path, String mode) {
        return RequestClass.of(HttpMethod.GET, path, name -> name.equals("mode") ? mode : null);
    }
}
