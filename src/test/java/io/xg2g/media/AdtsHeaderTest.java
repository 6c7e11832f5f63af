package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** ISO/IEC 14496-3, 1.A.2.2, bit by bit. */
class AdtsHeaderTest {

    /** AAC-LC, 48 kHz, stereo, 355 bytes: 0xfff1 0x4c 0x80 0x2c 0x7f 0xfc. */
    private static final byte[] LC = {(byte) 0xff, (byte) 0xf1, 0x4c, (byte) 0x80, 0x2c, 0x7f, (byte) 0xfc};

    @Test
    void aHeaderOfEncodedAudioIsRead() {
        assertThat(AdtsHeader.parse(LC, 0)).contains(new AdtsHeader(1, 48_000, 2, 355, 7));
        assertThat(AdtsHeader.parse(TsBuilder.adts(355), 0)).contains(new AdtsHeader(1, 48_000, 2, 355, 7));
    }

    @Test
    void theSynchronisationIsTwelveBits() {
        for (int bit = 0; bit < 12; bit++) {
            byte[] other = LC.clone();
            other[bit / 8] ^= (byte) (0x80 >> bit % 8);
            assertThat(AdtsHeader.parse(other, 0)).isEmpty();
        }
    }

    @Test
    void theLayerIsZero() {
        for (int layer = 1; layer < 4; layer++) {
            assertThat(with(1, 0xf1 | (layer << 1))).isEmpty();
        }
    }

    @Test
    void mpeg2AndMpeg4AreTheSame() {
        assertThat(with(1, 0xf9)).isEqualTo(AdtsHeader.parse(LC, 0));
    }

    @Test
    void aHeaderWithChecksumHasNineBytes() {
        assertThat(with(1, 0xf0)).contains(new AdtsHeader(1, 48_000, 2, 355, 9));
    }

    @Test
    void theProfileIsTheObjectTypeMinusOne() {
        for (int profile = 0; profile < 4; profile++) {
            assertThat(with(2, (profile << 6) | 0x0c).orElseThrow().profile()).isEqualTo(profile);
        }
    }

    @Test
    void theRateIsAnIndexIntoATable() {
        int[] rates = {96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350};
        for (int index = 0; index < 16; index++) {
            Optional<AdtsHeader> header = with(2, 0x40 | (index << 2));
            if (index < rates.length) {
                assertThat(header.orElseThrow().sampleRate()).isEqualTo(rates[index]);
                assertThat(header.orElseThrow().rateIndex()).isEqualTo(index);
            } else {
                assertThat(header).isEmpty();
            }
        }
    }

    @Test
    void channelsAreThreeBitsInTwoBytes() {
        int[] channels = {0, 1, 2, 3, 4, 5, 6, 8};
        for (int configuration = 0; configuration < 8; configuration++) {
            byte[] other = LC.clone();
            other[2] = (byte) (0x4c | (configuration >> 2));
            other[3] = (byte) (configuration << 6);
            Optional<AdtsHeader> header = AdtsHeader.parse(other, 0);
            if (configuration == 0) {
                assertThat(header).isEmpty();
            } else {
                assertThat(header.orElseThrow().channels()).isEqualTo(channels[configuration]);
                assertThat(header.orElseThrow().channelConfiguration()).isEqualTo(configuration);
            }
        }
    }

    @Test
    void theLengthIsThirteenBitsInThreeBytes() {
        for (int length = 7; length <= 8191; length++) {
            assertThat(AdtsHeader.parse(TsBuilder.adts(length), 0).orElseThrow().frameLength())
                    .isEqualTo(length);
        }
    }

    @Test
    void aLengthShorterThanTheHeaderIsRefused() {
        for (int length = 0; length < 7; length++) {
            byte[] other = LC.clone();
            other[4] = 0;
            other[5] = (byte) (length << 5);
            assertThat(AdtsHeader.parse(other, 0)).isEmpty();
        }
    }

    @Test
    void onlyOneRawDataBlockPerFrameIsAccepted() {
        for (int blocks = 1; blocks < 4; blocks++) {
            assertThat(with(6, 0xfc | blocks)).isEmpty();
        }
    }

    @RandomTest
    void anyBytesAtAnyPlaceAreAHeaderOrNot(RandomInput input) {
        for (int i = 0; i < 20; i++) {
            AdtsHeader.parse(input.bytes(20), input.between(-2, 22))
                    .ifPresent(
                            header -> assertThat(header.frameLength()).isGreaterThanOrEqualTo(header.headerLength()));
        }
    }

    private static Optional<AdtsHeader> with(int index, int value) {
        byte[] other = LC.clone();
        other[index] = (byte) value;
        return AdtsHeader.parse(other, 0);
    }
}
