package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xg2g.media.FragmentedMp4.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldPictureTest {
    private static final long START = 1_795_000_000L * 90_000;
    private static final long WINDOW = 180_000;
    private static final int FRAME = 3_600;

    /** Presentation order of frames in decoding order; a K precedes a sync sample. The samples are held in this order. */
    @ParameterizedTest
    @CsvSource({
        "K0 1 2 3, 0 1 2 3",
        "K0, 0",
        "K0 3 1 2 6 4 5, 0 3 1 2 6",
        "K0 2 1 3, 0 2 1 3",
        "K0 1 K2 3, 2 3",
        "K0 1 K4 2 3 5, 4 5"
    })
    void thePicturesBeforeTheLastOneAreDecodedAtOnce(String frames, String held) throws MalformedMedia {
        byte[] media = segment(frames.split(" "));

        byte[] made = HeldPicture.of(media, 7, START, WINDOW);

        List<Sample> samples = FragmentedMp4.samples(made);
        assertThat(samples.stream().map(sample -> String.valueOf(made[sample.offset()])))
                .containsExactly(held.split(" "));
        assertThat(samples.getFirst().sync()).isTrue();
        assertThat(samples.stream().mapToLong(Sample::pts).min()).hasValue(START);
        assertThat(Set.copyOf(samples.stream().map(Sample::pts).toList())).hasSize(samples.size());
        assertThat(samples).allMatch(sample -> sample.pts() >= sample.dts());
        assertThat(samples.getFirst().dts()).as("decode time").isEqualTo(START - 2 * FRAME);
        Sample last = samples.getLast();
        assertThat(samples).allMatch(sample -> sample.pts() <= last.pts() && sample.pts() < START + samples.size());
        assertThat(FragmentedMp4.fragment(made).duration()).isEqualTo(WINDOW);
        assertThat(HeldPicture.of(made, 7, START, WINDOW)).as("held again").isEqualTo(made);
    }

    @Test
    void aSegmentWithoutASyncSampleCannotBeHeld() {
        byte[] media = segment("0", "1");

        assertThatExceptionOfType(MalformedMedia.class).isThrownBy(() -> HeldPicture.of(media, 0, START, WINDOW));
    }

    @Test
    void aPictureIsHeldForAtLeastATick() throws MalformedMedia {
        byte[] media = segment("K0", "1", "2");

        assertThat(FragmentedMp4.samples(HeldPicture.of(media, 0, START, 3))).hasSize(3);
        assertThatExceptionOfType(MalformedMedia.class).isThrownBy(() -> HeldPicture.of(media, 0, START, 2));
    }

    /** Samples of one byte, the place in presentation order. */
    private static byte[] segment(String... frames) {
        List<CmafFragment.Entry> entries = new ArrayList<>();
        byte[] data = new byte[frames.length];
        for (int i = 0; i < frames.length; i++) {
            boolean sync = frames[i].startsWith("K");
            data[i] = Byte.parseByte(sync ? frames[i].substring(1) : frames[i]);
            entries.add(new CmafFragment.Entry(FRAME, 1, sync, (data[i] - i + 2) * FRAME));
        }
        return CmafFragment.of(1, START - WINDOW - 2 * FRAME, entries, data);
    }
}
