package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LivePathTest {

    @Test
    void everythingThatPlayersFetchHasAPath() {
        assertThat(List.of(
                                "master.m3u8",
                                "manifest.mpd",
                                "stream.ts",
                                "audio.aac",
                                "preview.jpg",
                                "720p/media.m3u8",
                                "audio/init-161609541759000.mp4",
                                "720p/161609541759419.m4s")
                        .stream()
                        .map(file -> LivePath.parse(LivePath.directory("news-1_a") + file)
                                .orElseThrow()))
                .containsExactly(
                        new LivePath.Master("news-1_a"),
                        new LivePath.Manifest("news-1_a"),
                        new LivePath.TransportStream("news-1_a"),
                        new LivePath.Audio("news-1_a"),
                        new LivePath.Preview("news-1_a"),
                        new LivePath.MediaPlaylist("news-1_a", "720p"),
                        new LivePath.InitSegment("news-1_a", "audio", 161609541759000L),
                        new LivePath.Segment("news-1_a", "720p", 161609541759419L));
        assertThat(LivePath.parse(LivePath.directory("a") + "720p/" + LivePath.initFile(5)))
                .contains(new LivePath.InitSegment("a", "720p", 5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/live",
                "/live/",
                "/live/news",
                "/live//stream.ts",
                "/live/news/stream.ts/",
                "/live/News/stream.ts",
                "/live/new%73/stream.ts",
                "/live/news;a=b/stream.ts",
                "/live/news/1.m4s",
                "/live/news/720p/.m4s",
                "/live/news/720p/init-.mp4",
                "/live/news/720p/init-1.m4s",
                "/live/news/720p/1.mp4",
                "/live/news/720p/x.m4s",
                "/live/news/720p/-1.m4s",
                "/live/news/720p/9999999999999999999.m4s",
                "/live/news/720p/1.m4s/",
                "/live/news/720p/more/1.m4s",
                "/live/news/720P/1.m4s",
                "/other/news/720p/1.m4s",
                "init-.mp4",
            })
    void anythingElseIsNone(String path) {
        assertThat(LivePath.parse(path)).isEmpty();
    }

    @RandomTest(tries = 500)
    void anyPathIsParsedOrRefused(RandomInput input) {
        List<String> parts = List.of("/", "news", "720p", "init-", "1", ".m4s", ".mp4", "%", "%2f", "-", "stream.ts");
        String path = String.join("", input.list(8, () -> input.chance(0.8) ? input.of(parts) : input.text(10)));

        assertThat(LivePath.parse(LivePath.ROOT + path))
                .satisfiesAnyOf(
                        none -> assertThat(none).isEmpty(),
                        parsed ->
                                assertThat(path).startsWith(parsed.orElseThrow().channel() + "/"));
    }
}
