package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StationListTest {
    private static final URI LIST = URI.create("https://radio.example.org/lists/rock.m3u");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[playlist]~NumberOfEntries=2~File1=http://a.example.org:8000/rock~Title1=Rock~File2=http://b/|"
                        + "http://a.example.org:8000/rock",
                "[Playlist]~file1 = https://a.example.org/rock.aac ~|https://a.example.org/rock.aac",
                "#EXTM3U~#EXTINF:-1 tvg-id=\"1\",Rock~http://a.example.org/rock~|http://a.example.org/rock",
                "#EXTM3U url-tvg=\"http://epg.example.org/\"~~  ../rock.mp3|https://radio.example.org/rock.mp3",
                "http://a.example.org/rock~http://b.example.org/rock|http://a.example.org/rock",
                "[playlist]~File1=http://a.example.org/my rock.mp3~|http://a.example.org/my%20rock.mp3",
                "#EXTM3U~?station=rock~|https://radio.example.org/lists/rock.m3u?station=rock"
            })
    void theFirstAddressIsPlayed(String lines, String first) {
        String text = lines.replace("~", "\r\n");

        assertThat(StationList.isList(text)).isTrue();
        assertThat(StationList.isHls(text)).isFalse();
        assertThat(StationList.first(LIST, text)).contains(URI.create(first));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#EXTM3U\n",
                "[playlist]\nNumberOfEntries=0\n",
                "#EXTM3U\nhttp://a b/\n",
                "[playlist]\nhttp://a/\n"
            })
    void aListWithoutAnAddressHasNone(String text) {
        assertThat(StationList.first(LIST, text)).isEmpty();
    }

    @Test
    void playlistsOfHlsAreNoLists() {
        assertThat(StationList.isHls("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n1.ts\n"))
                .isTrue();
        assertThat(StationList.isHls("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n"))
                .isTrue();
        assertThat(StationList.isList("<html>")).isFalse();
        assertThat(StationList.isList("ID3")).isFalse();
    }
}
