package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SniffTest {
    @ParameterizedTest
    @CsvSource({
        "1a45dfa39f4286810142, Matroska or WebM",
        "0000002066747970, MP4 or MOV",
        "0000000877696465, ''",
        "524946460000000041564920, AVI",
        "524946460000000057415645, WAV",
        "3026b2758e66cf11, ASF",
        "060e2b3402050101, MXF",
        "4f676753, OGG",
        "464c5601, FLV",
        "47400010, ''",
        "'', ''"
    })
    void aContainerIsKnownByItsFirstBytes(String head, String name) {
        assertThat(Sniff.container(HexFormat.of().parseHex(head))).isEqualTo(name);
    }

    @Test
    void aRefusedCodecIsNamedWithItsContainer() {
        assertThat(Decoders.refused("ffv1", "Matroska or WebM").detail())
                .startsWith("the codec ffv1 in Matroska or WebM is not supported; supported: H.264");
    }
}
