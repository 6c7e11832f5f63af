package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HlsPlaylistTest {
    private static final URI ADDRESS = URI.create("http://tv.example.org/a/live.m3u8?token=t");
    private static final URI OTHER = URI.create("http://127.0.0.1:1/x");

    @Test
    void onlyUrlsAreReplaced() throws SourceNotAllowed {
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
    void invalidUrlsAreRefused() {
        assertThatThrownBy(() -> HlsPlaylist.with("#EXTM3U\nhttp://a\\@b/\n", ADDRESS, reference -> OTHER))
                .isInstanceOf(SourceNotAllowed.class);
    }

    @Test
    void aUriAttributeMayBeTheFirst() throws SourceNotAllowed {
        String tag = "#EXT-X-KEY:METHOD=\"AES-128\"URI=\"../x\"URI=y";

        assertThat(HlsPlaylist.with("#EXTM3U\n" + tag + "\n", ADDRESS, reference -> OTHER))
                .isEqualTo("#EXTM3U\n#EXT-X-KEY:METHOD=\"AES-128\"URI=\"" + OTHER + "\"URI=\"" + OTHER + "\"\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\na", "\n#EXT-X-MAP:URI=\"a\"", ",URI=a"})
    void addressesAreCounted(String one) throws SourceNotAllowed {
        int most = HlsPlaylist.MAX_REFERENCES;

        assertThat(HlsPlaylist.with(HlsPlaylist.HEAD + one.repeat(most), ADDRESS, reference -> OTHER))
                .contains(OTHER.toString());
        assertThatThrownBy(() -> HlsPlaylist.with(HlsPlaylist.HEAD + one.repeat(most + 1), ADDRESS, reference -> OTHER))
                .isInstanceOf(SourceNotAllowed.class)
                .hasMessageContaining("16384");
    }

    @Test
    void anOverlongResultIsAbortedEarly() {
        URI large = URI.create(OTHER + "x".repeat(1 << 20));
        List<URI> seen = new ArrayList<>();

        assertThatThrownBy(() -> HlsPlaylist.with("#EXTM3U\n" + "a\n".repeat(1000), ADDRESS, reference -> {
                    seen.add(reference);
                    return large;
                }))
                .isInstanceOf(SourceNotAllowed.class);
        assertThat(seen).hasSize(4);
    }

    @RandomTest(tries = 500)
    void onlyTagsAndReplacementsRemain(RandomInput input) {
        String replaced;
        try {
            replaced = HlsPlaylist.with(playlist(input), ADDRESS, reference -> OTHER);
        } catch (SourceNotAllowed refused) {
            return;
        }
        assertThat(replaced.split("[\\r\\n\\x00]"))
                .allMatch(line -> line.isEmpty() || line.startsWith("#EXT") || line.equals(OTHER.toString()));
        assertThat(replaced.lines().filter(line -> line.startsWith("#EXT")).flatMap(HlsPlaylistTest::addresses))
                .allMatch(OTHER.toString()::equals);
    }

    /** The values of a tag's attributes {@code URI}, as ffmpeg reads them ({@code ff_parse_key_value}). */
    private static Stream<String> addresses(String tag) {
        Matcher attribute = Pattern.compile("[\\s,]*([^=]*=)(?:\"((?:\\\\.|[^\"\\\\])*)\"?|([^\\s,]*))")
                .matcher(tag.substring(tag.indexOf(':') + 1));
        return attribute
                .results()
                .filter(found -> found.group(1).equals("URI="))
                .map(found -> found.group(2) == null ? found.group(3) : found.group(2));
    }

    private static String playlist(RandomInput input) {
        List<String> parts = List.of(
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
                "#EXT-X-KEY:METHOD=\"AES-128\"URI=\"../x\"",
                "\"URI=evil",
                "ä",
                "%",
                "\"",
                "\\",
                ",");
        return String.join("", input.list(20, () -> input.of(parts)));
    }
}
