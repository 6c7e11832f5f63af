package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.ffmpeg.RtspTransport;
import io.xg2g.ingest.Source;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelSpecTest {

    @Test
    void omittedMembersHaveDefaults() throws ChannelSpec.Invalid {
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
                "udp://@239.0.0.1:5000",
                "rtp://@239.0.0.1:5000",
                "rtmp://h/live/a",
                "rtmps://h/live/a"
            })
    void theseUrlsAreAllowed(String url) throws ChannelSpec.Invalid {
        assertThat(spec("a", url).channel(Channel.Origin.API, false).source()).isInstanceOf(Source.Network.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h", "http:///x", "concat:a|b", "http://h/ä b", "subfile,,:a"})
    void theseUrlsAreInvalid(String url) {
        assertThatThrownBy(() -> spec("a", url).channel(Channel.Origin.API, false))
                .isInstanceOf(ChannelSpec.Invalid.class)
                .hasMessageContaining("allowed: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ftp://h/a", "file:a", "data:,x", "http:///x"})
    void theseUrlsAreInvalidForTheOperatorToo(String url) {
        assertThatThrownBy(() -> spec("a", url).channel(Channel.Origin.CONFIGURATION, true))
                .isInstanceOf(ChannelSpec.Invalid.class)
                .hasMessageContaining("allowed: ");
    }

    @Test
    void theOperatorMayReferToAFile() throws ChannelSpec.Invalid {
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtsp://admin:s3@cret@10.0.0.1/1",
                "rtsp://admin:s3#cret@10.0.0.1/1",
                "rtsp://admin:s3%cret@10.0.0.1/1",
                "rtsp://admin:s3 cret@10.0.0.1/1",
                "rtsp://admin:s3/cret@10.0.0.1/1",
                "rtsp://admin:s3?cret@10.0.0.1/1",
                "http://admin:s3cret@@10.0.0.1"
            })
    void anUnencodedPasswordIsRefusedWithAHintAndNotRepeated(String url) {
        for (boolean trusted : List.of(true, false)) {
            assertThatThrownBy(() -> spec("a", url).channel(Channel.Origin.API, trusted))
                    .isInstanceOf(ChannelSpec.Invalid.class)
                    .hasMessageContaining("%40")
                    .hasMessageContaining("username and password")
                    .hasMessageNotContaining("s3")
                    .hasMessageNotContaining("cret");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h/@user/live",
                "http://h:8080/@user/live",
                "rtsp://[fd00::1]:554/user@1",
                "rtsp://admin:a:b@h/1",
                "rtsp://admin:s3%40cret@h/1"
            })
    void anAtSignElsewhereIsAllowed(String url) throws ChannelSpec.Invalid {
        assertThat(spec("a", url).channel(Channel.Origin.API, true).source())
                .isEqualTo(new Source.Network(URI.create(url), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"p@ss", "p#ss", "p%41ss", "p ss", "p:ss", "p/ss", "p?ss", "p+ss&=\u20ac\ud83d\udd12[]"})
    void aSeparatePasswordIsNotPercentEncoded(String password) throws ChannelSpec.Invalid {
        for (String url : List.of("rtsp://h:554/a?b=c", "https://h/", "http://[fd00::1]:81")) {
            Source.Network source = (Source.Network) spec(url, "me@home", password)
                    .channel(Channel.Origin.API, false)
                    .source();

            assertThat(source.uri().getUserInfo()).isEqualTo("me@home:" + password);
            assertThat(source.uri().getRawUserInfo())
                    .matches("(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+:(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+");
            assertThat(source.uri().toString()).endsWith(url.substring(url.indexOf("//") + 2));
            assertThat(source.uri().getHost()).isEqualTo(URI.create(url).getHost());
        }
    }

    @Test
    void credentialsAreInTheUrlOrSeparate() {
        assertThatThrownBy(() -> spec("rtsp://me:s3cret@h/", "me", "s3cret").channel(Channel.Origin.API, false))
                .isInstanceOf(ChannelSpec.Invalid.class)
                .hasMessageContaining("one of both")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> spec("rtsp://me@h/", "me", null).channel(Channel.Origin.API, true))
                .hasMessageContaining("one of both");
    }

    @Test
    void credentialsThatCannotBeSentAreRefused() {
        for (String url : List.of("srt://h:1", "udp://239.0.0.1:5000", "file:/a.ts")) {
            assertThatThrownBy(() -> spec(url, "me", "s3cret").channel(Channel.Origin.CONFIGURATION, true))
                    .hasMessageContaining("rtsps")
                    .hasMessageNotContaining("s3cret");
        }
        for (String user : new String[] {null, "", "a:b", "a\nb", "a".repeat(201)}) {
            assertThatThrownBy(() -> spec("rtsp://h/", user, "s3cret").channel(Channel.Origin.API, false))
                    .hasMessageContaining("username")
                    .hasMessageNotContaining("s3cret");
        }
        assertThat(spec("rtsp://h/", "me", "s3cret").toString()).doesNotContain("s3cret");
    }

    @Test
    void theM3uHasTheAttributesOfIptvPlayers() throws ChannelSpec.Invalid {
        Channel channel = new ChannelSpec("one", "One \"HD\"", "News", "https://h/l.png", "http://h/", null, null)
                .channel(Channel.Origin.API, false);

        assertThat(M3u.write(List.of(channel), c -> URI.create("http://x/live/" + c.id() + "/stream.ts")))
                .isEqualTo("""
                        #EXTM3U
                        #EXTINF:-1 tvg-id="one" tvg-name="One 'HD'" tvg-chno="1" tvg-logo="https://h/l.png" group-title="News",One "HD"
                        http://x/live/one/stream.ts
                        """);
    }

    @Test
    void numberedChannelsComeFirstInTheM3uAndTheOthersFollow() throws ChannelSpec.Invalid {
        List<Channel> channels = new ArrayList<>();
        for (Integer number : new Integer[] {null, 20, null, 3}) {
            channels.add(new ChannelSpec(
                            "c" + channels.size(), null, null, null, "http://h/", null, null, null, null, null, number)
                    .channel(Channel.Origin.API, false));
        }

        assertThat(M3u.write(channels, _ -> URI.create("http://x/"))
                        .lines()
                        .filter(line -> line.startsWith("#EXTINF"))
                        .map(line -> line.replaceAll(".*tvg-id=\"(\\w+)\".*tvg-chno=\"(\\d+)\".*", "$1=$2")))
                .containsExactly("c3=3", "c1=20", "c0=21", "c2=22");
        assertThatThrownBy(() -> new ChannelSpec("a", null, null, null, "http://h/", null, null, null, null, null, 0)
                        .channel(Channel.Origin.API, false))
                .hasMessageContaining("1 to 99999");
    }

    @Test
    void headersBelongToHttpSourcesAndAreNotShown() throws ChannelSpec.Invalid {
        Map<String, String> headers = Map.of("User-Agent", "VLC", "Cookie", "secret");

        Source source = with("https://h/a", headers, null)
                .channel(Channel.Origin.API, false)
                .source();

        assertThat(source)
                .isInstanceOfSatisfying(
                        Source.Network.class,
                        network ->
                                assertThat(network.options().headers().values()).isEqualTo(headers));
        assertThat(source.toString() + with("https://h/a", headers, null)).doesNotContain("secret");
        for (String url : List.of("rtsp://h/a", "srt://h:1")) {
            assertThatThrownBy(() -> with(url, headers, null).channel(Channel.Origin.API, false))
                    .hasMessageContaining("with an http or https URL")
                    .hasMessageNotContaining("secret");
        }
        assertThatThrownBy(
                        () -> with("http://h/", Map.of("Host", "secret"), null).channel(Channel.Origin.API, false))
                .hasMessageContaining("headers")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "rtsp://h/1, , AUTO",
        "rtsp://h/1, auto, AUTO",
        "rtsp://h/1, tcp, TCP",
        "rtsp://h/1, udp, UDP",
        "rtsps://h/1, tcp, TCP",
        "http://h/1, auto, AUTO"
    })
    void theTransportOfRtspCanBeSelected(String url, @Nullable String transport, RtspTransport expected)
            throws ChannelSpec.Invalid {
        for (boolean trusted : List.of(true, false)) {
            assertThat(with(url, null, transport)
                            .channel(Channel.Origin.API, trusted)
                            .source())
                    .isInstanceOfSatisfying(
                            Source.Network.class,
                            network -> assertThat(network.options().transport()).isEqualTo(expected));
        }
    }

    @ParameterizedTest
    @CsvSource({"rtsp://h/1, quic", "rtsps://h/1, udp", "http://h/1, tcp", "srt://h:1, udp"})
    void anImpossibleTransportIsRefused(String url, String transport) {
        assertThatThrownBy(() -> with(url, null, transport).channel(Channel.Origin.API, true))
                .hasMessageContaining("rtsp-transport is «" + transport);
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/a b,   '« » at position 11 has to be percent-encoded: %20'",
        "http://h/{id},  '«{» at position 10 has to be percent-encoded: %7B'",
        "http://h/100%,  '«%» at position 13 has to be percent-encoded: %25'"
    })
    void aCharacterThatHasToBeEncodedIsNamed(String url, String sentence) {
        assertThatThrownBy(() -> spec("a", url).channel(Channel.Origin.API, false))
                .hasMessageContaining(sentence)
                .hasMessageContaining("allowed: ");
    }

    private static ChannelSpec with(String url, @Nullable Map<String, String> headers, @Nullable String transport) {
        return new ChannelSpec("a", null, null, null, url, null, null, headers, transport, null, null);
    }

    private static ChannelSpec spec(String id, @Nullable String url) {
        return new ChannelSpec(id, null, null, null, url, null, null);
    }

    private static ChannelSpec spec(String url, @Nullable String username, @Nullable String password) {
        return new ChannelSpec("a", null, null, null, url, username, password);
    }
}
