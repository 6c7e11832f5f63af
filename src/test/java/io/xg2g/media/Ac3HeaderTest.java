package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ac3HeaderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # sync and checksum, fscod and frmsizecod, bsid and bsmod, acmod and what follows | rate, channels, bytes, bit/s
            0b77 0000 1e 40 e1 | 48000 | 6 | 1792 | 448000
            0b77 0000 1e 40 e0 | 48000 | 5 | 1792 | 448000
            0b77 0000 14 40 43 | 48000 | 2 | 768  | 192000
            0b77 0000 14 40 44 | 48000 | 3 | 768  | 192000
            0b77 0000 14 40 20 | 48000 | 1 | 768  | 192000
            0b77 0000 54 40 43 | 44100 | 2 | 834  | 191570
            0b77 0000 55 40 43 | 44100 | 2 | 836  | 192030
            0b77 0000 9c 40 43 | 32000 | 2 | 2304 | 384000
            """)
    void aFrameOfAc3IsDescribed(String hex, int rate, int channels, int bytes, int bitRate) {
        Ac3Header header = parse(hex);

        assertThat(header.enhanced()).isFalse();
        assertThat(header.sampleRate()).isEqualTo(rate);
        assertThat(header.channels()).isEqualTo(channels);
        assertThat(header.frameLength()).isEqualTo(bytes);
        assertThat(header.bitRate()).isBetween(bitRate - 300, bitRate + 300);
        assertThat(header.samples()).isEqualTo(1536);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # sync, strmtyp and substreamid and frmsiz, fscod and numblks and acmod and lfe, bsid | channels, samples, bytes
            0b77 02ff 3f 80 00 | 6 | 1536 | 1536 | false
            0b77 02ff 34 80 00 | 2 | 1536 | 1536 | false
            0b77 02ff 04 80 00 | 2 | 256  | 1536 | false
            0b77 42ff 3f 80 00 | 6 | 1536 | 1536 | true
            0b77 0aff 3f 80 00 | 6 | 1536 | 1536 | true
            """)
    void aFrameOfEnhancedAc3IsDescribed(String hex, int channels, int samples, int bytes, boolean dependent) {
        Ac3Header header = parse(hex);

        assertThat(header.enhanced()).isTrue();
        assertThat(header.channels()).isEqualTo(channels);
        assertThat(header.samples()).isEqualTo(samples);
        assertThat(header.frameLength()).isEqualTo(bytes);
        assertThat(header.dependent()).isEqualTo(dependent);
    }

    @ParameterizedTest
    @CsvSource({
        "0b78 0000 1e 40 e1",
        "0b77 0000 de 40 e1",
        "0b77 0000 3f 40 e1",
        "0b77 0000 1e 50 e1",
        "0b77 02ff ff 80 00",
        "0b77 c2ff 3f 80 00"
    })
    void whatIsNoHeaderIsRefused(String hex) {
        assertThat(Ac3Header.parse(bytes(hex), 0)).isEmpty();
    }

    @Test
    void onlySurroundSoundIsPublished() {
        assertThat(Ac3Track.isPublished(parse("0b77 0000 1e 40 e1"))).isTrue();
        assertThat(Ac3Track.isPublished(parse("0b77 0000 1e 40 e0"))).isFalse();
        assertThat(Ac3Track.isPublished(parse("0b77 0000 14 40 43"))).isFalse();
        assertThat(Ac3Track.isPublished(parse("0b77 42ff 3f 80 00"))).isFalse();
        assertThat(CmafAudio.of(new Ac3Frame(0, new byte[10]))).isEmpty();
    }

    @Test
    void theFirstSubstreamIsSplitFromOthers() {
        byte[] independent = frame("0b77 005b 3f 80 00", 184);
        byte[] dependent = frame("0b77 405b 3f 80 00", 184);
        List<AudioFrame> frames = new ArrayList<>();
        AudioSplitter splitter = new AudioSplitter(AudioCodec.EAC3, frames::add);
        splitter.time(9_000);
        for (byte[] each : List.of(independent, dependent, independent, dependent, independent)) {
            splitter.add(each, 0, each.length);
        }
        splitter.finish();

        assertThat(frames).extracting(AudioFrame::pts).containsExactly(9_000L, 9_000L + 2_880, 9_000L + 2 * 2_880);
        assertThat(frames).allSatisfy(frame -> assertThat(frame.data()).isEqualTo(independent));
    }

    private static byte[] frame(String hex, int bytes) {
        return Arrays.copyOf(bytes(hex), bytes);
    }

    private static Ac3Header parse(String hex) {
        return Ac3Header.parse(bytes(hex), 0).orElseThrow();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
