package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.delivery.HlsRules.Served;
import io.xg2g.media.VideoTrackInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HlsRulesTest {
    private static final String MASTER = """
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="deu",LANGUAGE="deu",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="deu/media.m3u8"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="eng",LANGUAGE="eng",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="eng/media.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=3140000,AVERAGE-BANDWIDTH=2128000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="audio"
            720p/media.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=3140000,AVERAGE-BANDWIDTH=2128000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="audio"
            480p/media.m3u8
            """;

    private static final String MEDIA = """
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-TARGETDURATION:2
            #EXT-X-MEDIA-SEQUENCE:41
            #EXT-X-DISCONTINUITY-SEQUENCE:7
            #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=6
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-MAP:URI="init-1.mp4"
            #EXT-X-PROGRAM-DATE-TIME:2026-11-18T11:06:40.000Z
            #EXTINF:2.000000,
            0.m4s
            #EXT-X-PROGRAM-DATE-TIME:2026-11-18T11:06:42.000Z
            #EXTINF:2.000000,
            180000.m4s
            #EXT-X-DISCONTINUITY
            #EXT-X-MAP:URI="init-2.mp4"
            #EXT-X-PROGRAM-DATE-TIME:2026-11-18T11:06:50.000Z
            #EXTINF:2.000000,
            900000.m4s
            """;

    private static final Optional<VideoTrackInfo> VIDEO =
            Optional.of(new VideoTrackInfo("avc1.64001f", 1280, 720, 90_000));

    private String master = MASTER;
    private final Map<String, String> playlists = new HashMap<>(Map.of(
            "720p/media.m3u8", MEDIA, "480p/media.m3u8", MEDIA, "deu/media.m3u8", MEDIA, "eng/media.m3u8", MEDIA));
    private final Map<String, ServedMedia> media = new HashMap<>();

    HlsRulesTest() {
        for (String rendition : new String[] {"720p", "480p", "deu", "eng"}) {
            boolean video = rendition.endsWith("p");
            for (long time : new long[] {0, 180_000, 900_000}) {
                media.put(
                        rendition + "/" + time + ".m4s",
                        new ServedMedia(
                                video ? 500_000 : 32_000,
                                90_000,
                                time,
                                time,
                                180_000,
                                50,
                                true,
                                video ? VIDEO : Optional.empty()));
            }
        }
    }

    private String violations() {
        Map<String, HlsParser.MediaPlaylist> parsed = new HashMap<>();
        playlists.forEach((uri, text) -> parsed.put(uri, HlsParser.media(text)));
        return String.join("\n", HlsRules.violations(new Served(HlsParser.multivariant(master), parsed, media)));
    }

    private void change(String segment, UnaryOperator<ServedMedia> change) {
        media.compute(segment, (_, old) -> change.apply(old));
    }

    @Test
    void aValidPresentationHasNoViolation() {
        assertThat(violations()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            AUDIO="audio"\\n720p                 | AUDIO="other"\\n720p                 | there is no group
            ,CODECS="avc1.64001f,mp4a.40.2"      | ''                                   | no CODECS
            avc1.64001f                          | avc1.640028                          | CODECS
            RESOLUTION=1280x720                  | RESOLUTION=1920x1080                 | RESOLUTION
            FRAME-RATE=25.000                    | FRAME-RATE=50.000                    | FRAME-RATE
            BANDWIDTH=3140000,AVERAGE            | BANDWIDTH=1500000,AVERAGE            | peak of
            AVERAGE-BANDWIDTH=2128000            | AVERAGE-BANDWIDTH=4128000            | the average exceeds
            NAME="eng"                           | NAME="deu"                           | a NAME twice
            DEFAULT=NO                           | DEFAULT=YES                          | two members are the default
            DEFAULT=YES,AUTOSELECT=YES           | DEFAULT=YES,AUTOSELECT=NO            | not selected by itself
            ,LANGUAGE="eng"                      | ''                                   | no LANGUAGE
            ,CHANNELS="2"                        | ''                                   | no CHANNELS
            GROUP-ID="audio",NAME="eng"          | GROUP-ID="more",NAME="eng"           | other members
            """)
    void aBrokenMultivariantPlaylistIsFound(String valid, String broken, String violation) {
        master = MASTER.replace(valid.replace("\\n", "\n"), broken.replace("\\n", "\n"));

        assertThat(master).isNotEqualTo(MASTER);
        assertThat(violations()).contains(violation);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TARGETDURATION:2                     | TARGETDURATION:1                     | longer than the target duration
            TARGETDURATION:2                     | TARGETDURATION:3                     | target durations differ
            VERSION:7                            | VERSION:5                            | is too low
            #EXT-X-MAP:URI="init-1.mp4"\\n       | ''                                   | no EXT-X-MAP
            11:06:42.000                         | 11:06:42.500                         | its date is
            11:06:50.000                         | 11:06:51.000                         | dates differ
            DISCONTINUITY-SEQUENCE:7             | DISCONTINUITY-SEQUENCE:8             | discontinuity sequences differ
            EXTINF:2.000000,\\n0                 | EXTINF:2.010000,\\n0                 | durations differ
            EXTINF:2.000000,\\n0                 | EXTINF:2.010000,\\n0                 | lasts 2.0000 s
            """)
    void aBrokenMediaPlaylistIsFound(String valid, String broken, String violation) {
        String changed = MEDIA.replace(valid.replace("\\n", "\n"), broken.replace("\\n", "\n"));
        playlists.put("480p/media.m3u8", changed);

        assertThat(changed).isNotEqualTo(MEDIA);
        assertThat(violations()).contains(violation);
    }

    @Test
    void brokenSegmentsAreFound() {
        change("480p/180000.m4s", old -> new ServedMedia(500_000, 90_000, 183_600, 183_600, 180_000, 50, true, VIDEO));
        change("720p/0.m4s", old -> new ServedMedia(500_000, 90_000, 0, 0, 180_000, 50, false, VIDEO));
        change(
                "eng/900000.m4s",
                old -> new ServedMedia(32_000, 90_000, 900_000, 900_000, 90_000, 50, true, old.video()));

        assertThat(violations())
                .contains("180000.m4s: begins at 183600, the one before ends at 180000")
                .contains("0.m4s: does not begin with a keyframe")
                .contains("900000.m4s: lasts 1.0000 s");
    }
}
