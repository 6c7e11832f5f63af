package io.xg2g.media;

/** Shift of the timestamps of MPEG-TS packets. */
public final class TsTimes {
    private TsTimes() {}

    /**
     * Adds {@code delta} to every PTS, DTS, PCR and OPCR in place; a shift by {@code -delta} restores the same bytes. Damaged
     * packets, packets without a sync byte and the PTS and DTS of scrambled ones are not modified.
     *
     * @param packets whole packets; bytes after the last whole one are not modified
     * @param delta 90 kHz ticks, modulo 2^33
     */
    public static void shift(byte[] packets, long delta) {
        for (int packet = 0; packet + TsPacket.SIZE <= packets.length; packet += TsPacket.SIZE) {
            if (packets[packet] == TsPacket.SYNC && !TsPacket.damaged(packets, packet)) {
                clocks(packets, packet, delta);
                if (Pes.starts(packets, packet)) {
                    time(packets, Pes.ptsAt(packets, packet), delta);
                    time(packets, Pes.dtsAt(packets, packet), delta);
                }
            }
        }
    }

    private static void time(byte[] data, int at, long delta) {
        if (at >= 0) {
            Ticks.write(data, at, Ticks.read(data, at) + delta);
        }
    }

    private static void clocks(byte[] data, int packet, long delta) {
        int flags = TsPacket.flags(data, packet);
        int at = packet + TsPacket.PCR_OFFSET;
        if ((flags & TsPacket.PCR) != 0) {
            clock(data, packet, at, delta);
            at += TsClock.BYTES;
        }
        if ((flags & TsPacket.OPCR) != 0) {
            clock(data, packet, at, delta);
        }
    }

    private static void clock(byte[] data, int packet, int at, long delta) {
        if (at + TsClock.BYTES <= TsPacket.adaptationEnd(data, packet)) {
            TsClock.write(data, at, TsClock.read(data, at) + delta);
        }
    }
}
