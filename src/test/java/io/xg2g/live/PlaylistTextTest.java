package io.xg2g.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/** Whatever a channel is called, a playlist has its lines and attributes and no others. */
class PlaylistTextTest {
    private static final Pattern ANY_LINE_END = Pattern.compile("\\R");
    private static final Pattern ENTRY = Pattern.compile(
            "#EXTINF:-1 tvg-id=\"one\" tvg-name=\"([^\"]*)\" group-title=\"([^\"]*)\",(.*)", Pattern.DOTALL);
    private static final String TROUBLE =
            "\n\r\u000b\f\u0000\u001b\u0085\u2028\u2029\"',=#<>&]\\\u202e\ud83c\ud800 ab\u00e9";

    @RepeatedTest(500)
    void namesEndNeitherLinesNorAttributes(RepetitionInfo seed) throws Exception {
        String name = anyText(new Random(seed.getCurrentRepetition()));
        String group = anyText(new Random(-seed.getCurrentRepetition()));
        Channel channel = new Channel(
                "one",
                name,
                group,
                Optional.empty(),
                new Source.Network(URI.create("http://h/"), false),
                Channel.Origin.API);

        String playlist = M3u.write(List.of(channel), _ -> URI.create("http://x/live/one/stream.ts"));

        assertThat(ANY_LINE_END.split(playlist)).hasSize(3);
        assertThat(ANY_LINE_END.split(playlist)[1]).matches(ENTRY);
        assertThat(PlaylistText.quoted(name)).matches("\"[^\"]*\"");
        assertThat(attribute(new Xml().open("a").with("b", name).close().toString()))
                .isEqualTo(attribute(new Xml()
                        .open("a")
                        .with("b", PlaylistText.line(name))
                        .close()
                        .toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\u000b", "\f", "\u0085", "\u2028", "\u2029", "\u0000", "\u009f"})
    void lineEndsBecomeSpaces(String end) {
        assertThat(PlaylistText.line("a" + end + "#EXTINF")).isEqualTo("a #EXTINF");
    }

    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i >= 0; i--) {
            text.append(TROUBLE.charAt(random.nextInt(TROUBLE.length())));
        }
        return text.toString();
    }

    /** As a parser of XML reads it; the parser turns U+0085 and U+2028 into nothing else in version 1.0. */
    private static String attribute(String xml) throws Exception {
        Element read = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
        assertThat(read.getAttributes().getLength()).isEqualTo(1);
        return PlaylistText.line(read.getAttribute("b"));
    }
}
