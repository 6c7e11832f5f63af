package io.xg2g.media;

/**
 * Packet framer: finds the packets of a transport stream that arrives in chunks of any size, and resynchronises after other
 * bytes. Packets are passed on in place; only those that span two chunks are copied. Not thread-safe.
 */
final class TsFramer {
    /** Bytes that contain the sync bytes by which a stream is recognised. */
    private static final int PROOF = (TsPacket.SYNC_PACKETS - 1) * TsPacket.SIZE + 1;

    /** Receiver of packets. The array may be read only during the call. */
    interface Packets {
        void packet(byte[] data, int offset);
    }

    private final Packets packets;
    private final byte[] buffer = new byte[TsPacket.SYNC_PACKETS * TsPacket.SIZE];
    private int buffered;
    /** Whether the latest bytes were packets. */
    private boolean synced;

    TsFramer(Packets packets) {
        this.packets = packets;
    }

    void accept(byte[] data, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (buffered > 0 && at < end) {
            int added = Math.min(buffer.length - buffered, end - at);
            System.arraycopy(data, at, buffer, buffered, added);
            int used = frame(buffer, 0, buffered + added);
            if (used >= buffered) {
                at += used - buffered;
                buffered = 0;
            } else {
                buffered += added - used;
                System.arraycopy(buffer, used, buffer, 0, buffered);
                at += added;
            }
        }
        if (at < end) {
            at = frame(data, at, end);
            buffered = end - at;
            System.arraycopy(data, at, buffer, 0, buffered);
        }
    }

    /** Returns the index of the bytes that are too few to be recognised: less than {@link #PROOF} before the end. */
    private int frame(byte[] data, int start, int end) {
        int at = start;
        while (end - at >= (synced ? TsPacket.SIZE : PROOF)) {
            if (!synced) {
                synced = TsPacket.isTransportStream(data, at, end - at);
                at += synced ? 0 : 1;
            } else if (data[at] == TsPacket.SYNC) {
                packets.packet(data, at);
                at += TsPacket.SIZE;
            } else {
                synced = false;
            }
        }
        return at;
    }
}
