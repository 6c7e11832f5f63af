package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class TicksTest {
    private static final long WRAP = 1L << 33;

    @Property
    void aTimeIsReadAsItWasWritten(@ForAll @Size(5) byte[] bytes, @ForAll long time) {
        byte[] before = bytes.clone();

        Ticks.write(bytes, 0, time);

        assertThat(Ticks.read(bytes, 0)).isEqualTo(time & (WRAP - 1));
        assertThat(bytes[0] & 0xf1).isEqualTo(before[0] & 0xf1);
        assertThat(bytes[2] & 1).isEqualTo(before[2] & 1);
        assertThat(bytes[4] & 1).isEqualTo(before[4] & 1);
    }

    @Property
    void aClockIsReadAsItWasWritten(@ForAll @Size(6) byte[] bytes, @ForAll long time) {
        byte[] before = bytes.clone();

        TsClock.write(bytes, 0, time);

        assertThat(TsClock.read(bytes, 0)).isEqualTo(time & (WRAP - 1));
        assertThat(bytes[4] & 0x7f).isEqualTo(before[4] & 0x7f);
        assertThat(bytes[5]).isEqualTo(before[5]);
    }

    @Property
    void stepsOfLessThanHalfARoundAreToldWhateverTheRound(
            @ForAll @LongRange(min = 0, max = WRAP - 1) long time,
            @ForAll @LongRange(min = -WRAP / 2, max = WRAP / 2 - 1) long step) {
        assertThat(Ticks.between(time, (time + step) & (WRAP - 1))).isEqualTo(step);
    }

    @Property
    void aTimescaleIsConvertedExactlyWhereThatIsPossible(
            @ForAll @LongRange(min = 0, max = 4_000_000_000L) long seconds,
            @ForAll @IntRange(max = 89_999) int ticks,
            @ForAll @IntRange(min = 1, max = 1_000_000) int timescale) {
        assertThat(Ticks.of(seconds * 90_000 + ticks, 90_000)).isEqualTo(seconds * 90_000 + ticks);
        assertThat(Ticks.of(seconds * timescale, timescale)).isEqualTo(seconds * 90_000);
    }
}
