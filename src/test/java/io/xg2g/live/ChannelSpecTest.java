package io.xg2g.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelSpecTest {

    @Test
    void whatIsLeftOutHasADefault() throws ChannelSpec.Invalid {
        Channel channel = spec("door", "rtsp://10.0.0.1/a").channel(Channel.Origin.API, false);

        assertThat(channel)
                .isEqualTo(new Channel(
                        "door",
                        "door",
                        "Channels",
                        Optional.empty(),
                        new Source.Network(URI.create("rtsp://10.0.0.1/a"), false),
                        Channel.Origin.API));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h/a.ts",
                "https://h/a.m3u8",
                "rtsp://u:p@h/1",
                "rtsps://h/1",
                "srt://h:1",
                "udp://239.0.0.1:5000",
                "udp://@239.0.0.1:5000"
            })
    void theseAddressesAreAllowed(String url) throws ChannelSpec.Invalid {
        assertThat(spec("a", url).channel(Channel.Origin.API, false).source()).isInstanceOf(Source.Network.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h", "http:///x", "concat:a|b", "http://h/ä b", "subfile,,:a"})
    void theseAreNoAddresses(String url) {
        assertThatThrownBy(() -> spec("a", url).channel(Channel.Origin.API, false))
                .isInstanceOf(ChannelSpec.Invalid.class)
                .hasMessageContaining("allowed: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ftp://h/a", "file:a", "data:,x", "http:///x"})
    void theseTheOperatorCannotNameEither(String url) {
        assertThatThrownBy(() -> spec("a", url).channel(Channel.Origin.CONFIGURATION, true))
                .isInstanceOf(ChannelSpec.Invalid.class)
                .hasMessageContaining("allowed: ");
    }

    @Test
    void theOperatorMayNameAFile() throws ChannelSpec.Invalid {
        assertThat(spec("a", "file:/media/a.ts")
                        .channel(Channel.Origin.CONFIGURATION, true)
                        .source())
                .isEqualTo(new Source.Loop(Path.of("/media/a.ts")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "-a", "a/b", "a b", "..", "ä"})
    void anIdIsALabel(String id) {
        assertThatThrownBy(() -> spec(id, "http://h/").channel(Channel.Origin.API, false))
                .hasMessageContaining("id is");
    }

    @Test
    void aRefusalShowsNoPassword() {
        assertThatThrownBy(() -> spec("a", "ftp://user:secret@h/a?token=t").channel(Channel.Origin.CONFIGURATION, true))
                .hasMessageContaining("ftp://h/…")
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("token");
    }

    @Test
    void theM3uHasWhatPlayersRead() throws ChannelSpec.Invalid {
        Channel channel = new ChannelSpec("one", "One \"HD\"", "News", "https://h/l.png", "http://h/")
                .channel(Channel.Origin.API, false);

        assertThat(M3u.write(List.of(channel), c -> URI.create("http://x/live/" + c.id() + "/stream.ts")))
                .isEqualTo("""
                        #EXTM3U
                        #EXTINF:-1 tvg-id="one" tvg-name="One 'HD'" tvg-logo="https://h/l.png" group-title="News",One "HD"
                        http://x/live/one/stream.ts
                        """);
    }

    private static ChannelSpec spec(String id, @Nullable String url) {
        return new ChannelSpec(id, null, null, null, url);
    }
}
