package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.AudioCodec;
import io.xg2g.media.AudioRole;
import io.xg2g.media.AudioTrackInfo;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioTracksTest {
    private static final AudioTracks TRACKS = AudioTracks.of(List.of(
            track("deu", AudioRole.MAIN, AudioCodec.AAC),
            track("deu", AudioRole.DESCRIPTION, AudioCodec.AAC),
            track("eng", AudioRole.MAIN, AudioCodec.AAC),
            track("eng", AudioRole.MAIN, AudioCodec.AAC),
            track("", AudioRole.MAIN, AudioCodec.AAC),
            track("", AudioRole.EFFECTS, AudioCodec.AAC),
            track("fra", AudioRole.DESCRIPTION, AudioCodec.AAC),
            track("deu", AudioRole.MAIN, AudioCodec.AC3),
            track("eng", AudioRole.HEARING_IMPAIRED, AudioCodec.EAC3)));

    @Test
    void theDefaultTrackKeepsItsNameAndOthersAreNamedByWhatTheyAre() {
        assertThat(TRACKS.all())
                .extracting(AudioTracks.Named::name)
                .containsExactly(
                        "audio",
                        "audio-deu-ad",
                        "audio-eng",
                        "audio-eng-2",
                        "audio-2",
                        "audio-fx",
                        "audio-fra-ad",
                        "audio-deu-ac3",
                        "audio-eng-hi-ec3")
                .allMatch(AudioTracks::isAudio);
        assertThat(List.of("source", "720p", "audios")).noneMatch(AudioTracks::isAudio);
    }

    @ParameterizedTest
    @CsvSource({
        "de, audio",
        "deu, audio",
        "GER, audio",
        "de-AT, audio",
        "audio-deu-ad, audio-deu-ad",
        "en, audio-eng",
        "audio-eng-2, audio-eng-2",
        "fr, audio-fra-ad",
        "audio, audio",
        "audio-deu-ac3,",
        "ita,",
        "audio-ita,"
    })
    void aTrackIsFoundByItsNameOrByItsLanguage(String wanted, String found) {
        assertThat(TRACKS.find(wanted).map(AudioTracks.Named::name).orElse(null))
                .isEqualTo(found);
    }

    @Test
    void theMessageListsWhatCanBeNamed() {
        assertThat(TRACKS.description())
                .isEqualTo(
                        "audio (de), audio-deu-ad (de, audio description), audio-eng (en), audio-eng-2 (en), audio-2,"
                                + " audio-fx (effects), audio-fra-ad (fr, audio description)");
    }

    private static AudioTrackInfo track(String language, AudioRole role, AudioCodec codec) {
        return new AudioTrackInfo(language, role, codec, 0);
    }
}
