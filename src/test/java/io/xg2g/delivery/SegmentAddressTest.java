package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentAddressTest {

    @Test
    void aSegmentIsNamedByItsTimeAndAnInitSegmentByThatOfItsEpoch() {
        assertThat(SegmentAddress.parse("/live/news/720p/161609541759419.m4s"))
                .contains(new SegmentAddress("news", "720p", false, 161609541759419L));
        assertThat(SegmentAddress.parse("/live/news/audio/init-161609541759000.mp4"))
                .contains(new SegmentAddress("news", "audio", true, 161609541759000L));
        assertThat(SegmentAddress.parse("/live/a%3ab+c/720p/1.m4s"))
                .contains(new SegmentAddress("a:b+c", "720p", false, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/live/",
                "/live/news",
                "/live/news/stream.ts",
                "/live/news/1.m4s",
                "/live/news/720p/media.m3u8",
                "/live/news/720p/.m4s",
                "/live/news/720p/init-.mp4",
                "/live/news/720p/init-1.m4s",
                "/live/news/720p/1.mp4",
                "/live/news/720p/x.m4s",
                "/live/news/720p/-1.m4s",
                "/live/news/720p/9999999999999999999.m4s",
                "/live/news/720p/1.m4s/",
                "/live/news/720p/more/1.m4s",
                "init-.mp4",
            })
    void anythingElseIsNone(String path) {
        assertThat(SegmentAddress.parse(path)).isEmpty();
    }

    @RandomTest(tries = 500)
    void nothingThatIsSentBreaksIt(RandomInput input) {
        List<String> parts = List.of("/", "news", "720p", "init-", "1", ".m4s", ".mp4", "%", "%2f", "-");
        String path = String.join("", input.list(8, () -> input.chance(0.8) ? input.of(parts) : input.text(10)));

        assertThat(SegmentAddress.parse("/live/" + path)).isNotNull();
    }
}
