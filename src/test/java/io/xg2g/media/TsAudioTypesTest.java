package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TsAudioTypesTest {

    @ParameterizedTest
    @CsvSource({
        "0x03, '', false, true",
        "0x0f, '', false, true",
        "0x11, '', false, true",
        "0x81, '', false, true",
        "0x82, '', false, true",
        "0x83, '', false, true",
        "0x84, '', false, true",
        "0x85, '', false, true",
        // SCTE 35, or DTS-HD of a Blu-ray disc.
        "0x86, '', false, false",
        "0x86, '', true, true",
        "0x86, DTS2, false, true",
        "0x80, '', false, false",
        "0x80, '', true, true",
        "0x06, '', true, false",
        "0x06, Opus, false, true",
        "0x06, BSSD, false, true",
        "0x06, AC-3, false, true",
        "0x06, EAC3, false, true",
        "0x06, DTS1, false, true",
        "0x06, KLVA, false, false",
        "0x06, VBI1, false, false",
        "0x1b, '', false, false",
        "0x15, '', false, false"
    })
    void audioIsRecognisedByTypeAndRegistration(String type, String registered, boolean bluRay, boolean audio) {
        byte[] map = registration(registered);

        assertThat(TsAudioTypes.isAudio(Integer.decode(type), bluRay, map, 0, map.length))
                .isEqualTo(audio);
    }

    @ParameterizedTest
    @CsvSource({"HDMV, true", "CUEI, false", "'', false"})
    void bluRayRegistersItsTypes(String registered, boolean bluRay) {
        byte[] map = registration(registered);

        assertThat(TsAudioTypes.isBluRay(map, 0, map.length)).isEqualTo(bluRay);
    }

    @RandomTest
    void anyDescriptorsAreRead(RandomInput input) {
        byte[] map = input.bytes(64);

        assertThat(TsAudioTypes.isAudio(0x03, TsAudioTypes.isBluRay(map, 0, map.length), map, 0, map.length))
                .isTrue();
        TsAudioTypes.isAudio(0x06, false, map, 0, map.length);
    }

    /** An unknown descriptor, and one that registers the format. */
    private static byte[] registration(String format) {
        byte[] name = format.getBytes(StandardCharsets.US_ASCII);
        byte[] map = new byte[3 + (name.length == 0 ? 0 : 2 + name.length)];
        map[0] = 0x52;
        map[1] = 1;
        if (name.length > 0) {
            map[3] = 0x05;
            map[4] = (byte) name.length;
            System.arraycopy(name, 0, map, 5, name.length);
        }
        return map;
    }
}
