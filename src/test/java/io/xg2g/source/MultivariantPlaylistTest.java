package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultivariantPlaylistTest {
    private static final HlsPreferences HD = new HlsPreferences(1080, List.of());

    private static final String LADDER = """
            #EXTM3U
            #EXT-X-VERSION:6
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",AUTOSELECT=YES,URI="en.m3u8"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Description",LANGUAGE="de",DEFAULT=YES,\
            CHARACTERISTICS="public.accessibility.describes-video",URI="ad.m3u8"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch, Stereo",LANGUAGE="de-DE",DEFAULT=YES,AUTOSELECT=YES,URI="de.m3u8"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="b",NAME="Polski",LANGUAGE="pol",DEFAULT=YES,URI="pl.m3u8"
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="Deutsch",DEFAULT=YES,URI="subtitles.m3u8"
            #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="trick.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2",AUDIO="a"
            radio.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,AUDIO="a"
            360.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=4000000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25,AUDIO="a"
            720.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=5000000,CODECS="avc1.640020,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=50.000,AUDIO="a"
            720p50.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=6000000,CODECS="av01.0.08M.08,mp4a.40.2",RESOLUTION=1920x1080,AUDIO="a"
            av1.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=6000000,CODECS="hvc1.2.4.L120.B0,mp4a.40.2",RESOLUTION=1920x1080,VIDEO-RANGE=PQ,AUDIO="a"
            pq.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=20000000,CODECS="avc1.640033,mp4a.40.2",RESOLUTION=3840x2160,AUDIO="b"
            2160.m3u8
            """;

    private static List<String> urls(String playlist) {
        List<String> urls = new ArrayList<>();
        HlsPlaylist.LINE_END.splitAsStream(playlist).forEach(line -> {
            if (line.startsWith("#EXT-X-MEDIA")) {
                urls.add(line.replaceAll(".*URI=\"([^\"]*)\".*", "$1"));
            } else if (!line.startsWith("#")) {
                urls.add(line);
            }
        });
        return urls;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2160 | '' | pl.m3u8 | 2160.m3u8
            1080 | '' | de.m3u8 | 720p50.m3u8
            719  | '' | de.m3u8 | 360.m3u8
            144  | '' | de.m3u8 | 360.m3u8
            1080 | en | en.m3u8 | 720p50.m3u8
            1080 | eng | en.m3u8 | 720p50.m3u8
            1080 | EN-gb | en.m3u8 | 720p50.m3u8
            1080 | fre,ger,en | de.m3u8 | 720p50.m3u8
            1080 | fr | de.m3u8 | 720p50.m3u8
            """)
    void theBestVariantWithinTheLimitIsTakenWithThePreferredAudio(
            int height, String languages, String audio, String variant) {
        HlsPreferences preferences =
                new HlsPreferences(height, languages.isEmpty() ? List.of() : List.of(languages.split(",")));

        assertThat(urls(MultivariantPlaylist.selected(LADDER, preferences))).containsExactly(audio, variant);
    }

    @Test
    void otherLinesRemain() {
        assertThat(MultivariantPlaylist.selected(LADDER.replace("\n", "\r\n"), HD))
                .startsWith("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-MEDIA:")
                .doesNotContain("subtitles", "trick");
    }

    @Test
    void audioThatIsPartOfTheVariantNeedsNoPlaylist() {
        String playlist = """
                #EXTM3U
                #EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360,AUDIO="a"
                v.m3u8
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch",LANGUAGE="de",URI="de.m3u8"
                """;

        assertThat(urls(MultivariantPlaylist.selected(playlist, HD))).containsExactly("v.m3u8");
        assertThat(urls(MultivariantPlaylist.selected(playlist, new HlsPreferences(1080, List.of("de")))))
                .containsExactly("de.m3u8", "v.m3u8");
    }

    @Test
    void theFirstOfEqualVariantsAndOfThoseWithoutAttributesIsTaken() {
        assertThat(urls(MultivariantPlaylist.selected(
                        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2,RESOLUTION=2x2\na\n#EXT-X-STREAM-INF:BANDWIDTH=2,RESOLUTION=2x2\nb\n",
                        HD)))
                .containsExactly("a");
        assertThat(urls(MultivariantPlaylist.selected(
                        "#EXTM3U\n#EXT-X-STREAM-INF:\na\n#EXT-X-STREAM-INF:BANDWIDTH=3\nb\n", HD)))
                .containsExactly("b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\ns1.ts\n",
                "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n",
                ""
            })
    void aPlaylistWithoutVariantsIsNotChanged(String playlist) {
        assertThat(MultivariantPlaylist.selected(playlist, HD)).isEqualTo(playlist);
    }

    /** The result never has more than one variant, and lists no URL that the playlist did not. */
    @RandomTest(tries = 300)
    void anyPlaylistHasOneVariantAtMost(RandomInput input) {
        StringBuilder playlist = new StringBuilder("#EXTM3U\n");
        int variants = input.between(1, 6);
        for (int i = 0; i < variants; i++) {
            int height = input.between(1, 3000);
            playlist.append("#EXT-X-STREAM-INF:BANDWIDTH=")
                    .append(input.between(1, 9))
                    .append(",RESOLUTION=16x");
            playlist.append(height).append('\n').append("v").append(height).append('\n');
        }
        int limit = input.between(144, 4320);

        List<String> selected =
                urls(MultivariantPlaylist.selected(playlist.toString(), new HlsPreferences(limit, List.of())));

        List<Integer> heights = urls(playlist.toString()).stream()
                .map(url -> Integer.parseInt(url.substring(1)))
                .toList();
        int best = heights.stream()
                .filter(height -> height <= limit)
                .max(Integer::compare)
                .orElseGet(() -> heights.stream().min(Integer::compare).orElseThrow());
        assertThat(selected).containsExactly("v" + best);
    }
}
