package io.xg2g.media;

/** Moves the clock of a piece of transport stream. */
public final class TsTimes {
    private TsTimes() {}

    /**
     * Adds to every PTS, DTS, PCR and OPCR in place, so that a shift by {@code -delta} restores the same bytes. Packets that
     * are damaged or without a sync byte stay as they are, as do the times of scrambled ones.
     *
     * @param packets whole packets; bytes behind the last whole one stay as they are
     * @param delta 90 kHz ticks, taken modulo 2^33
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
        int at = packet + 6;
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
