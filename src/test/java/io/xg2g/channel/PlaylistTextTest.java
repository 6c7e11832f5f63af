package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ingest.Source;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Test that a channel name cannot add lines or attributes to a playlist. */
class PlaylistTextTest {
    private static final Pattern ANY_LINE_END = Pattern.compile("\\R");
    private static final Pattern ENTRY = Pattern.compile(
            "#EXTINF:-1 tvg-id=\"one\" tvg-name=\"([^\"]*)\" tvg-chno=\"1\" group-title=\"([^\"]*)\",(.*)",
            Pattern.DOTALL);
    private static final String TROUBLE =
            "\n\r\u000b\f\u0000\u001b\u0085\u2028\u2029\"',=#<>&]\\\u202e\ud83c\ud800 ab\u00e9";

    @RepeatedTest(500)
    void namesCannotEndLinesOrAttributes(RepetitionInfo seed) {
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
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\u000b", "\f", "\u0085", "\u2028", "\u2029", "\u0000", "\u009f"})
    void lineEndsBecomeSpaces(String end) {
        assertThat(PlaylistText.line("a" + end + "#EXTINF")).isEqualTo("a #EXTINF");
    }

    @Test
    void aHalfOfASurrogatePairBecomesASpaceAndAPairIsKept() {
        assertThat(PlaylistText.line("a\ud83dz\udd12b \ud83d\udd12")).isEqualTo("a z b \ud83d\udd12");
    }

    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i >= 0; i--) {
            text.append(TROUBLE.charAt(random.nextInt(TROUBLE.length())));
        }
        return text.toString();
    }
}
