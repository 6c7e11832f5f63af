package io.xg2g.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.xg2g.docs.Route;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourcePathsTest {
    private static final Resource ANYWHERE = new Resource.Anywhere();

    /** A new endpoint needs a row: its owner answers it, or every gateway does. */
    @Test
    void everyPathOfTheApiIsInTheTable() {
        List<Route> missing = Route.all().stream()
                .filter(route -> !route.management() && !route.path().equals("/"))
                .filter(route -> ResourcePaths.find(HttpMethod.valueOf(route.method()), concrete(route.path()))
                        .isEmpty())
                .toList();

        assertThat(missing).isEmpty();
    }

    private static String concrete(String template) {
        return template.replace("{file}", "1.m4s").replaceAll("\\{[^}]*}", "a1");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /live/news/master.m3u8, true",
        "GET, /live/news/manifest.mpd, true",
        "GET, /live/news/stream.ts, true",
        "GET, /live/news/audio.aac, true",
        "GET, /live/news/720p/media.m3u8, true",
        "GET, /live/news/720p/media.m3u8/, true",
        "HEAD, /live/news/master.m3u8, false",
        "GET, /live/news/preview.jpg, false",
        "GET, /live/news/720p/init-5.mp4, false",
        "GET, /live/news/720p/12.m4s, false",
        "GET, /api/v1/streams/news, false",
        "DELETE, /api/v1/streams/news, false",
        "GET, /api/v1/streams/news/events, false",
        "GET, /api/v1/streams/news/events/, false",
        "GET, //api/v1//streams/news, false",
        "DELETE, /api/v1/channels/news, false"
    })
    void requestsForAChannelGoToItsOwnerAndPlayersStartIt(String method, String path, boolean starts) {
        assertThat(ResourcePaths.of(HttpMethod.valueOf(method), path)).isEqualTo(new Resource.Channel("news", starts));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/cameras/door", "/api/v1/cameras/door/frame.jpg", "/api/v1/cameras/door/frames.mjpeg"})
    void requestsForACameraGoToItsOwner(String path) {
        assertThat(ResourcePaths.of(HttpMethod.GET, path)).isEqualTo(new Resource.Camera("door"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/transcodes/g-1",
        "DELETE, /api/v1/transcodes/g-1",
        "POST, /api/v1/transcodes/g-1/retry",
        "GET, /api/v1/transcodes/g-1/events",
        "GET, /api/v1/transcodes/g-1/renditions/720p"
    })
    void requestsForAJobGoToItsOwner(String method, String path) {
        assertThat(ResourcePaths.of(HttpMethod.valueOf(method), path)).isEqualTo(new Resource.Job("g-1"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /",
        "GET, /index.html",
        "GET, /channels.m3u",
        "GET, /api/v1/channels",
        "POST, /api/v1/channels",
        "POST, /api/v1/channels/news/playback",
        "GET, /api/v1/streams",
        "POST, /api/v1/transcodes",
        "GET, /api/v1/transcodes",
        "GET, /api/v1/cameras",
        "GET, /api/v1/events",
        // What does not exist is refused by the gateway that gets it.
        "GET, /live/news",
        "GET, /live/NEWS/master.m3u8",
        "GET, /live/../api/v1/streams/news/x",
        "GET, /api/v1/streams/%2e%2e",
        "GET, /api/v1/streams/a:b",
        "GET, /api/v1/streams/news/other",
        "OPTIONS, /live/news/master.m3u8",
        "CONNECT, /api/v1/streams/news",
        "TRACE, /live/news/stream.ts"
    })
    void everythingElseIsAnsweredByEveryGateway(String method, String path) {
        assertThat(ResourcePaths.of(HttpMethod.valueOf(method), path)).isEqualTo(ANYWHERE);
    }
}
