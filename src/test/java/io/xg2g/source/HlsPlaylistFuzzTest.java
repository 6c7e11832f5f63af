package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.net.URI;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that any playlist is refused, or has only tags and replaced URLs. */
class HlsPlaylistFuzzTest {
    private static final URI ADDRESS = URI.create("http://tv.example.org/a/live.m3u8?token=t");
    private static final URI OTHER = URI.create("http://127.0.0.1:1/x");

    static Stream<String> seeds() {
        return Stream.of(
                "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"https://keys.example.org/1\",IV=0x1\n#EXTINF:2,\nseg 1.ts?x=y\n",
                "#EXTM3U\r\n#EXT-X-MAP:URI=init.mp4,BYTERANGE=\"100@0\"\r\n//cdn.example.org/2.ts\r\n");
    }

    @MethodSource("seeds")
    @FuzzTest
    void noOriginalUrlRemains(@NotNull String playlist) {
        String replaced;
        try {
            replaced = HlsPlaylist.with(playlist, ADDRESS, _ -> OTHER);
        } catch (SourceNotAllowed refused) {
            return;
        }
        assertThat(replaced.split("[\\r\\n\\x00]"))
                .allMatch(line -> line.isEmpty() || line.startsWith("#EXT") || line.equals(OTHER.toString()));
    }
}
