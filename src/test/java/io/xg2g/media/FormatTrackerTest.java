package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats by parameter sets, in generated frames. */
class FormatTrackerTest {
    private static final int WIDE = 40;
    private static final int NARROW = 20;

    /** Bits of a NAL unit's payload, most significant first. */
    private static final class Bits {
        private final StringBuilder bits = new StringBuilder();

        Bits bits(int count, int value) {
            for (int i = count - 1; i >= 0; i--) {
                bits.append((value >> i) & 1);
            }
            return this;
        }

        /** {@code ue(v)}. */
        Bits unsigned(int value) {
            int length = 32 - Integer.numberOfLeadingZeros(value + 1);
            return bits(length - 1, 0).bits(length, value + 1);
        }

        byte[] bytes() {
            bits.append('1');
            while (bits.length() % 8 != 0) {
                bits.append('0');
            }
            byte[] bytes = new byte[bits.length() / 8];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) Integer.parseInt(bits.substring(8 * i, 8 * i + 8), 2);
            }
            return bytes;
        }
    }

    private static byte[] unit(int header, byte[] payload) {
        return TsBuilder.join(new byte[] {0, 0, 0, 1, (byte) header}, payload);
    }

    private static byte[] sps(int id, int width) {
        return unit(
                0x67, new Bits().bits(24, 0x42001e).unsigned(id).unsigned(width).bytes());
    }

    private static byte[] pps(int id, int sps) {
        return unit(0x68, new Bits().unsigned(id).unsigned(sps).unsigned(1).bytes());
    }

    private static byte[] slice(boolean idr, int pps) {
        byte[] payload = new Bits().unsigned(0).unsigned(7).unsigned(pps).bytes();
        return TsBuilder.join(unit(idr ? 0x65 : 0x41, payload), new byte[60]);
    }

    private static byte[] hevc(int type, byte[] payload) {
        return TsBuilder.join(new byte[] {0, 0, 1, (byte) (type << 1), 1}, payload);
    }

    private static byte[] hevcSps(int id, int layers, int width) {
        Bits bits = new Bits().bits(4, 0).bits(3, layers).bits(1, 1);
        bits.bits(32, 0x01600000).bits(32, 0x55555555).bits(32, 0x5d5d5d5d);
        if (layers > 0) {
            bits.bits(2 * 8, 0xc000);
            bits.bits(32, 0x55555555).bits(32, 0x55555555).bits(32, 0x55555555);
        }
        return hevc(33, bits.unsigned(id).unsigned(width).bytes());
    }

    private static byte[] hevcPps(int id, int sps) {
        return hevc(34, new Bits().unsigned(id).unsigned(sps).bytes());
    }

    private static byte[] hevcSlice(int pps) {
        return TsBuilder.join(hevc(19, new Bits().bits(2, 2).unsigned(pps).bytes()), new byte[60]);
    }

    private static byte[] packets(byte[]... units) {
        return new TsBuilder().video(0, 0, true, TsBuilder.join(units)).bytes();
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void howOftenASetIsRepeatedDoesNotMatter(long seed) {
        Random random = new Random(seed);
        FormatTracker tracker = new FormatTracker(TsProgram.H264);
        int format = tracker.hash(packets(sps(0, WIDE), pps(0, 0), slice(true, 0)));
        assertThat(format).isNotZero();

        for (int frame = 0; frame < 20; frame++) {
            ByteArrayOutputStream units = new ByteArrayOutputStream();
            for (int copies = random.nextInt(4); copies > 0; copies--) {
                units.writeBytes(sps(0, WIDE));
                units.writeBytes(random.nextBoolean() ? pps(0, 0) : pps(1, 0));
                // A set that no frame uses.
                units.writeBytes(random.nextBoolean() ? sps(5, random.nextInt(100)) : new byte[0]);
            }
            assertThat(tracker.hash(packets(units.toByteArray(), slice(random.nextBoolean(), 0))))
                    .isEqualTo(format);
        }
    }

    @Test
    void anotherContentOfTheSameSetIsAnotherFormat() {
        FormatTracker tracker = new FormatTracker(TsProgram.H264);
        int wide = tracker.hash(packets(sps(0, WIDE), pps(0, 0), slice(true, 0)));

        int narrow = tracker.hash(packets(sps(0, NARROW), sps(0, NARROW), pps(0, 0), slice(true, 0)));

        assertThat(narrow).isNotEqualTo(wide).isNotZero();
        assertThat(tracker.hash(packets(slice(false, 0)))).isEqualTo(narrow);
        assertThat(tracker.hash(packets(sps(0, WIDE), slice(true, 0)))).isEqualTo(wide);
    }

    @Test
    void theSetThatTheFrameUsesCounts() {
        FormatTracker tracker = new FormatTracker(TsProgram.H264);
        byte[] sets = TsBuilder.join(sps(0, WIDE), sps(1, NARROW), pps(0, 0), pps(1, 1));

        int first = tracker.hash(packets(sets, slice(true, 0)));

        assertThat(tracker.hash(packets(sets, slice(true, 1)))).isNotEqualTo(first);
        assertThat(tracker.hash(packets(sps(1, NARROW), pps(1, 1), slice(true, 0))))
                .isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void setsOfHevcAreReadByTheirIds(int layers) {
        FormatTracker tracker = new FormatTracker(TsProgram.HEVC);
        byte[] sets =
                TsBuilder.join(hevcSps(0, layers, WIDE), hevcSps(3, layers, NARROW), hevcPps(0, 0), hevcPps(2, 3));

        int wide = tracker.hash(packets(sets, hevcSlice(0)));
        int narrow = tracker.hash(packets(hevcSlice(2)));

        assertThat(wide).isNotZero().isNotEqualTo(narrow);
        assertThat(narrow).isNotZero();
        assertThat(tracker.hash(packets(sets, sets, hevcSlice(2)))).isEqualTo(narrow);
    }

    @Test
    void theHeaderOfMpeg2IsReadWithItsExtension() {
        FormatTracker tracker = new FormatTracker(0x02);
        byte[] header = {0, 0, 1, (byte) 0xb3, 0x2d, 0x02, 0x40, 0x23, 1, 2, 3, 4};
        byte[] extension = {0, 0, 1, (byte) 0xb5, 0x14, (byte) 0x82, 0, 1};
        byte[] display = {0, 0, 1, (byte) 0xb5, 0x25, 1, 2, 3};
        byte[] picture = {0, 0, 1, 0, 0, 8, 0, 0, 0, 0, 1, 1, 5, 5, 5, 5};

        int format = tracker.hash(packets(header, extension, picture));

        assertThat(format).isNotZero();
        assertThat(tracker.hash(packets(header, extension, header, extension, display, picture)))
                .isEqualTo(format);
        assertThat(tracker.hash(packets(picture))).isZero();
        byte[] wide = header.clone();
        wide[7] = 0x33;
        assertThat(tracker.hash(packets(wide, extension, picture))).isNotEqualTo(format);
    }
}
