package io.xg2g.media;

/**
 * Detector of audio that a muxer has written as private data, because MPEG-TS has no type for it: PCM, for instance. Malformed
 * input throws nothing. Not thread-safe.
 */
public final class PrivateAudio {
    private static final int PRIVATE_STREAM_1 = 0xbd;

    private final TsFramer framer = new TsFramer(this::packet);
    private final TsMaps tables = new TsMaps();
    private boolean known;
    private boolean listed;
    private long packets;

    /** Takes the next bytes of the stream, in chunks of any size. */
    public void accept(byte[] data, int offset, int length) {
        framer.accept(data, offset, length);
    }

    /** Returns whether there was a program map. */
    public boolean isKnown() {
        return known;
    }

    /** Returns whether the program map lists private data. */
    public boolean isListed() {
        return listed;
    }

    /** Returns the number of PES packets of audio with private data. */
    public long packets() {
        return packets;
    }

    private void packet(byte[] data, int packet) {
        int pid = TsPacket.pid(data, packet);
        if (tables.isTable(pid)) {
            if (tables.packet(data, packet, pid)) {
                known = !tables.maps().isEmpty();
                listed = tables.maps().stream()
                        .flatMap(map -> map.streams().stream())
                        .anyMatch(PrivateAudio::isPrivate);
            }
        } else if (listed
                && Pes.starts(data, packet)
                && Pes.streamId(data, packet) == PRIVATE_STREAM_1
                && tables.maps().stream()
                        .flatMap(map -> map.streams().stream())
                        .anyMatch(stream -> stream.pid() == pid && isPrivate(stream))) {
            packets++;
        }
    }

    private static boolean isPrivate(TsStream stream) {
        return stream.kind() == TsStream.Kind.OTHER;
    }
}
