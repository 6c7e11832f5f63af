package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class HlsPlaylistTest {
    private static final URI ADDRESS = URI.create("http://tv.example.org/a/live.m3u8?token=t");
    private static final URI OTHER = URI.create("http://127.0.0.1:1/x");

    @Test
    void everyAddressIsReplacedAndNothingElse() throws SourceNotAllowed {
        List<String> seen = new ArrayList<>();
        String playlist = """
                #EXTM3U
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="audio/list.m3u8"
                # a comment with URI="nothing"
                #EXT-X-KEY:METHOD=AES-128,URI="https://keys.example.org/1",IV=0x1
                #EXT-X-KEY:METHOD=AES-128,URI=bare
                #EXT-X-MAP:URI="init.mp4",BYTERANGE="100@0"
                #EXTINF:2.000,title
                seg 1.ts?x=y#fragment
                //cdn.example.org/2.ts
                /3.ts
                """;

        String replaced = HlsPlaylist.with(playlist, ADDRESS, reference -> {
            seen.add(reference.toString());
            return OTHER;
        });

        assertThat(seen)
                .containsExactly(
                        "http://tv.example.org/a/audio/list.m3u8",
                        "https://keys.example.org/1",
                        "http://tv.example.org/a/bare",
                        "http://tv.example.org/a/init.mp4",
                        "http://tv.example.org/a/seg%201.ts?x=y",
                        "http://cdn.example.org/2.ts",
                        "http://tv.example.org/3.ts");
        assertThat(replaced).isEqualTo("""
                #EXTM3U
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="http://127.0.0.1:1/x"
                #EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:1/x",IV=0x1
                #EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:1/x"
                #EXT-X-MAP:URI="http://127.0.0.1:1/x",BYTERANGE="100@0"
                #EXTINF:2.000,title
                http://127.0.0.1:1/x
                http://127.0.0.1:1/x
                http://127.0.0.1:1/x
                """);
    }

    @Test
    void whatIsNoAddressIsRefused() {
        assertThatThrownBy(() -> HlsPlaylist.with("#EXTM3U\nhttp://a\\@b/\n", ADDRESS, reference -> OTHER))
                .isInstanceOf(SourceNotAllowed.class);
    }

    @Property
    void noLineButTagsAndReplacementsIsLeft(@ForAll("playlists") String playlist) {
        String replaced;
        try {
            replaced = HlsPlaylist.with(playlist, ADDRESS, reference -> OTHER);
        } catch (SourceNotAllowed refused) {
            return;
        }
        assertThat(replaced.split("[\\r\\n\\x00]"))
                .allMatch(line -> line.isEmpty() || line.startsWith("#EXT") || line.equals(OTHER.toString()));
        assertThat(replaced.replaceAll("URI=\"http://127.0.0.1:1/x\"", "")).doesNotContain("URI=\"");
    }

    @Provide
    Arbitrary<String> playlists() {
        return Arbitraries.of(
                        "#EXTM3U",
                        "\n",
                        "\r",
                        "\r\n",
                        "\0",
                        " ",
                        "\t",
                        "http://evil/",
                        "//evil/1.ts",
                        "#",
                        "file:///evil",
                        "#EXT-X-KEY:METHOD=AES-128,URI=\"http://evil/\"",
                        "#EXT-X-MAP:URI=evil",
                        "ä",
                        "%",
                        "\\",
                        ",")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }
}
