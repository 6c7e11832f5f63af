package io.xg2g.media;

import java.io.ByteArrayOutputStream;

/** Aligner of transport packets: drops the bytes between them. Not thread-safe. */
public final class PacketAligner {
    private final ByteArrayOutputStream packets = new ByteArrayOutputStream();
    private final TsFramer framer = new TsFramer((data, offset) -> packets.write(data, offset, TsPacket.SIZE));

    /** Takes the next bytes, and returns the packets that are complete. */
    public byte[] accept(byte[] data, int length) {
        packets.reset();
        framer.accept(data, 0, length);
        return packets.toByteArray();
    }
}
