package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;

class TicksTest {
    private static final long WRAP = 1L << 33;

    @RandomTest
    void aTimeIsReadAsItWasWritten(RandomInput input) {
        byte[] bytes = input.bytesOf(5);
        long time = input.anyLong();
        byte[] before = bytes.clone();

        Ticks.write(bytes, 0, time);

        assertThat(Ticks.read(bytes, 0)).isEqualTo(time & (WRAP - 1));
        assertThat(bytes[0] & 0xf1).isEqualTo(before[0] & 0xf1);
        assertThat(bytes[2] & 1).isEqualTo(before[2] & 1);
        assertThat(bytes[4] & 1).isEqualTo(before[4] & 1);
    }

    @RandomTest
    void aClockIsReadAsItWasWritten(RandomInput input) {
        byte[] bytes = input.bytesOf(6);
        long time = input.anyLong();
        byte[] before = bytes.clone();

        TsClock.write(bytes, 0, time);

        assertThat(TsClock.read(bytes, 0)).isEqualTo(time & (WRAP - 1));
        assertThat(bytes[4] & 0x7f).isEqualTo(before[4] & 0x7f);
        assertThat(bytes[5]).isEqualTo(before[5]);
    }

    @RandomTest
    void differencesOfLessThanHalfAWrapAreComputed(RandomInput input) {
        long time = input.between(0, WRAP - 1);
        long step = input.between(-WRAP / 2, WRAP / 2 - 1);
        assertThat(Ticks.between(time, (time + step) & (WRAP - 1))).isEqualTo(step);
    }

    @RandomTest
    void aTimescaleIsConvertedExactlyIfPossible(RandomInput input) {
        long seconds = input.between(0, 4_000_000_000L);
        int ticks = input.between(0, 89_999);
        int timescale = input.between(1, 1_000_000);
        assertThat(Ticks.of(seconds * 90_000 + ticks, 90_000)).isEqualTo(seconds * 90_000 + ticks);
        assertThat(Ticks.of(seconds * timescale, timescale)).isEqualTo(seconds * 90_000);
    }
}
