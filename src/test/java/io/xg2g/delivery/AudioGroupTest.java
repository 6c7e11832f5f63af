package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.channel.PlaybackPass;
import io.xg2g.media.AudioCodec;
import io.xg2g.media.AudioRole;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Languages, purposes and surround sound in playlists and manifests. */
class AudioGroupTest {
    private static final Track VIDEO =
            new Track("720p", Track.Kind.VIDEO, "avc1.64001f", 90_000, 1280, 720, 25, 3_000_000);
    private static final Track DEU = aac("audio", "deu", AudioRole.MAIN, 0);
    private static final Track DESCRIBED = aac("audio-deu-ad", "deu", AudioRole.DESCRIPTION, 0);
    private static final Track ENG = aac("audio-eng", "eng", AudioRole.MAIN, 0);
    private static final Track ENG_AC3 = surround("audio-eng-ac3", "eng", AudioCodec.AC3, 0);
    private static final long START = 1_795_000_000L;

    @Test
    void eachGroupHasTheSameMembers() {
        assertThat(HlsPlaylists.master(timeline(VIDEO, DEU, DESCRIBED, ENG, ENG_AC3), "One", PlaybackPass.NONE))
                .isEqualTo("""
                        #EXTM3U
                        #EXT-X-VERSION:7
                        #EXT-X-INDEPENDENT-SEGMENTS
                        #EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.title",VALUE="One"
                        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Deutsch",LANGUAGE="de",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio/media.m3u8"
                        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Deutsch (audio description)",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,CHARACTERISTICS="public.accessibility.describes-video",CHANNELS="2",URI="audio-deu-ad/media.m3u8"
                        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="audio-eng/media.m3u8"
                        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio-ac3",NAME="Deutsch",LANGUAGE="de",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio/media.m3u8"
                        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio-ac3",NAME="Deutsch (audio description)",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,CHARACTERISTICS="public.accessibility.describes-video",CHANNELS="2",URI="audio-deu-ad/media.m3u8"
                        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio-ac3",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="6",URI="audio-eng-ac3/media.m3u8"
                        #EXT-X-STREAM-INF:BANDWIDTH=3160000,AVERAGE-BANDWIDTH=1128000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="audio",CLOSED-CAPTIONS=NONE
                        720p/media.m3u8
                        #EXT-X-STREAM-INF:BANDWIDTH=3448000,AVERAGE-BANDWIDTH=1128000,CODECS="avc1.64001f,mp4a.40.2,ac-3",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="audio-ac3",CLOSED-CAPTIONS=NONE
                        720p/media.m3u8
                        """);
    }

    @Test
    void tracksOfOneLanguageHaveDistinctNamesAndOneIsSelectedAutomatically() {
        List<AudioGroup> groups = AudioGroup.of(List.of(
                DEU,
                aac("audio-deu-2", "deu", AudioRole.MAIN, 1),
                aac("audio-2", "", AudioRole.MAIN, 0),
                aac("audio-deu-hi", "deu", AudioRole.HEARING_IMPAIRED, 0)));

        assertThat(groups).hasSize(1);
        assertThat(groups.getFirst().members())
                .extracting(AudioGroup.Member::name)
                .containsExactly("Deutsch", "Deutsch 2", "audio-2", "Deutsch (clear speech)");
        assertThat(groups.getFirst().members())
                .extracting(AudioGroup.Member::selectable)
                .containsExactly(true, false, true, true);
        assertThat(groups.getFirst().members().getLast().characteristics())
                .hasValue("public.accessibility.enhances-speech-intelligibility");
    }

    /** Broadcasters send the same audio as MP2 and as AC-3. */
    @Test
    void surroundSoundOfALanguageBelongsToItsFirstTrack() {
        Track again = aac("audio-deu-2", "deu", AudioRole.MAIN, 1);
        Track surround = surround("audio-deu-ac3", "deu", AudioCodec.AC3, 1);

        assertThat(members(DEU, again, surround)).containsExactly(surround, again);
    }

    @Test
    void surroundSoundOfAnUnknownLanguageBelongsToTheTrackThatItIsMadeOf() {
        Track one = aac("audio", "", AudioRole.MAIN, 0);
        Track two = aac("audio-2", "", AudioRole.MAIN, 1);
        Track surround = surround("audio-ec3", "", AudioCodec.EAC3, 1);

        assertThat(members(one, two, surround)).containsExactly(one, surround);
    }

    private static List<Track> members(Track... tracks) {
        List<AudioGroup> groups = AudioGroup.of(List.of(tracks));
        assertThat(groups).hasSize(2);
        return groups.getLast().members().stream().map(AudioGroup.Member::track).toList();
    }

    @Test
    void radioOfSeveralLanguagesHasAGroup() {
        assertThat(HlsPlaylists.master(timeline(DEU, ENG), "One", PlaybackPass.NONE))
                .contains("NAME=\"English\"")
                .endsWith("""
                        #EXT-X-STREAM-INF:BANDWIDTH=160000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2",AUDIO="audio"
                        audio/media.m3u8
                        """);
    }

    /** Players do not read the multivariant playlist again. */
    @Test
    void aTrackThatIsMissingInAnEpochIsReplacedByTheMostSimilarOne() {
        Epoch first = epoch(7, START, VIDEO, DEU, DESCRIBED, ENG, ENG_AC3);

        assertThat(secondOf(first, ENG_AC3, VIDEO, DEU, ENG)).isEqualTo("../audio-eng/");
        assertThat(secondOf(first, ENG, VIDEO, DEU, DESCRIBED)).isEqualTo("../audio/");
        assertThat(secondOf(first, ENG, VIDEO, ENG_AC3, DEU)).isEqualTo("../audio-eng-ac3/");
        assertThat(secondOf(first, DESCRIBED, VIDEO, ENG_AC3, DEU)).isEqualTo("../audio/");
        assertThat(secondOf(first, DESCRIBED, VIDEO, DESCRIBED, DEU)).isEmpty();
    }

    private static String secondOf(Epoch first, Track playing, Track... later) {
        Timeline timeline = new Timeline(List.of(first, epoch(8, START + 2, later)), 2, false);
        String last = HlsPlaylists.media(timeline, playing, PlaybackPass.NONE)
                .lines()
                .toList()
                .getLast();
        return last.substring(0, last.lastIndexOf('/') + 1);
    }

    @Test
    void aManifestHasTheLanguagesAndRoles() {
        String manifest = DashManifest.write(
                timeline(VIDEO, DEU, DESCRIBED, ENG, ENG_AC3),
                Instant.ofEpochSecond(START + 10),
                Duration.ofSeconds(60),
                PlaybackPass.NONE,
                DashPlayback.of(null, null, null));

        assertThat(Stream.of(manifest.split("<AdaptationSet ")).skip(2))
                .satisfiesExactly(
                        set -> assertThat(set)
                                .contains("lang=\"de\"", "<Label>Deutsch</Label>", role("main"), "codecs=\"mp4a.40.2\"")
                                .doesNotContain("Accessibility"),
                        set -> assertThat(set)
                                .contains(
                                        "lang=\"de\"",
                                        "<Accessibility schemeIdUri=\"urn:tva:metadata:cs:AudioPurposeCS:2007\" value=\"1\"",
                                        role("description")),
                        set -> assertThat(set).contains("lang=\"en\"", role("alternate"), "codecs=\"mp4a.40.2\""),
                        set -> assertThat(set)
                                .contains(
                                        "lang=\"en\"",
                                        role("alternate"),
                                        "codecs=\"ac-3\"",
                                        "audio_channel_configuration:2011\" value=\"6\""));
    }

    private static String role(String role) {
        return "<Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"" + role + "\"";
    }

    private static Track aac(String name, String language, AudioRole role, int ordinal) {
        return Track.ofAudio(
                name,
                "mp4a.40.2",
                48_000,
                160_000,
                new Track.Audio(new AudioTrackInfo(language, role, AudioCodec.AAC, ordinal), 2));
    }

    private static Track surround(String name, String language, AudioCodec codec, int ordinal) {
        return Track.ofAudio(
                name,
                codec == AudioCodec.AC3 ? "ac-3" : "ec-3",
                48_000,
                448_000,
                new Track.Audio(new AudioTrackInfo(language, AudioRole.MAIN, codec, ordinal), 6));
    }

    private static Timeline timeline(Track... tracks) {
        return new Timeline(List.of(epoch(7, START, tracks)), 2, false);
    }

    private static Epoch epoch(long id, long start, Track... tracks) {
        List<Segment> segments = new ArrayList<>();
        for (Track track : tracks) {
            long timescale = track.timescale();
            segments.add(new Segment(start * timescale, 2 * timescale, track.isVideo() ? 250_000 : 32_000, false));
        }
        return new Epoch(id, start * 90_000, List.of(tracks)).append(41 + id, segments);
    }
}
