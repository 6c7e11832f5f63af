package io.xg2g.media;

/**
 * Finds the packets in a transport stream that comes in pieces of any size. Packets are told where they lie, without
 * being copied, except those that two pieces share.
 */
final class TsFramer {
    /** Three sync bytes at the distance of a packet are a transport stream. */
    private static final int PROOF = 2 * TsPacket.SIZE + 1;

    /** Told where a packet is, which stays there only during the call. */
    interface Packets {
        void packet(byte[] data, int offset);
    }

    private final Packets packets;
    private final byte[] held = new byte[3 * TsPacket.SIZE];
    private int holding;
    private boolean synced;
    private long lost;

    TsFramer(Packets packets) {
        this.packets = packets;
    }

    /** Whether the last bytes were found to be packets. */
    boolean synced() {
        return synced;
    }

    /** How often something else came where a packet was due. */
    long lost() {
        return lost;
    }

    void accept(byte[] data, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (holding > 0 && at < end) {
            int added = Math.min(held.length - holding, end - at);
            System.arraycopy(data, at, held, holding, added);
            int used = frame(held, 0, holding + added);
            if (used >= holding) {
                at += used - holding;
                holding = 0;
            } else {
                holding += added - used;
                System.arraycopy(held, used, held, 0, holding);
                at += added;
            }
        }
        if (at < end) {
            at = frame(data, at, end);
            holding = end - at;
            System.arraycopy(data, at, held, 0, holding);
        }
    }

    /** Returns where what could not be judged yet begins: less than {@link #PROOF} bytes before the end. */
    private int frame(byte[] data, int start, int end) {
        int at = start;
        while (end - at >= (synced ? TsPacket.SIZE : PROOF)) {
            if (!synced) {
                synced = proven(data, at);
                at += synced ? 0 : 1;
            } else if (data[at] == TsPacket.SYNC) {
                packets.packet(data, at);
                at += TsPacket.SIZE;
            } else {
                synced = false;
                lost++;
            }
        }
        return at;
    }

    private static boolean proven(byte[] data, int at) {
        return data[at] == TsPacket.SYNC
                && data[at + TsPacket.SIZE] == TsPacket.SYNC
                && data[at + 2 * TsPacket.SIZE] == TsPacket.SYNC;
    }
}
