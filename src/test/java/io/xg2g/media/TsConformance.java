package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;

/** Conformance check of written transport streams (ISO/IEC 13818-1), packet by packet. */
final class TsConformance {
    private static final long MOST_BETWEEN_CLOCKS = 9_000;

    private TsConformance() {}

    static void check(byte[] stream) {
        assertThat(stream.length % 188).isZero();
        Map<Integer, Integer> counters = new HashMap<>();
        long lastClock = -1;
        for (int packet = 0; packet < stream.length; packet += 188) {
            assertThat(stream[packet]).isEqualTo((byte) 0x47);
            int pid = TsPacket.pid(stream, packet);
            int counter = stream[packet + 3] & 0x0f;
            boolean payload = (stream[packet + 3] & 0x10) != 0;
            Integer before = counters.put(pid, counter);
            if (before != null) {
                assertThat(counter).as("counter of PID %d", pid).isEqualTo((before + (payload ? 1 : 0)) & 0x0f);
            }
            int flags = TsPacket.flags(stream, packet);
            if ((flags & 0x10) != 0) {
                long clock = TsClock.read(stream, packet + 6);
                if (lastClock >= 0 && (flags & 0x80) == 0) {
                    assertThat(Ticks.between(lastClock, clock)).isBetween(1L, MOST_BETWEEN_CLOCKS);
                }
                lastClock = clock;
            }
            if (lastClock >= 0 && Pes.starts(stream, packet)) {
                int dts = Pes.dtsAt(stream, packet);
                long time = Ticks.read(stream, dts >= 0 ? dts : Pes.ptsAt(stream, packet));
                assertThat(Ticks.between(lastClock, time))
                        .as("what is decoded has arrived, and not long before (2.4.2.3)")
                        .isBetween(1L, 90_000L);
            }
        }
        assertThat(lastClock).as("there is a clock").isNotNegative();
    }
}
