package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what somebody who comes to a running transport stream begins with: the tables, and everything since the last
 * keyframe ({@code random_access_indicator}, ISO/IEC 13818-1, 2.4.3.5). A stream that marks none has no entrance.
 *
 * <p>Not thread-safe. Whatever the bytes are, nothing is thrown.
 */
public final class TsEntrance {
    /** Keyframes that are further apart than this are no use to begin with. */
    private static final int MOST_BYTES = 16 << 20;

    private final TsTables tables = new TsTables();
    private final ByteArrayOutputStream sinceKeyframe = new ByteArrayOutputStream();
    private byte[] rest = {};
    private @Nullable TsProgram program;
    private boolean open;

    /**
     * Takes the next bytes, in pieces of any size.
     *
     * @return the bytes up to the end of the last whole packet; the rest comes with the next ones
     */
    public byte[] accept(byte[] piece) {
        byte[] data = Arrays.copyOf(rest, rest.length + piece.length);
        System.arraycopy(piece, 0, data, rest.length, piece.length);
        int from = 0;
        int at = 0;
        while (data.length - at >= TsPacket.SIZE) {
            if (data[at] != TsPacket.SYNC) {
                at++;
                continue;
            }
            if (isKeyframe(data, at)) {
                sinceKeyframe.reset();
                open = true;
                from = at;
            }
            at += TsPacket.SIZE;
        }
        keep(data, from, at);
        rest = Arrays.copyOfRange(data, at, data.length);
        return rest.length == 0 ? data : Arrays.copyOf(data, at);
    }

    /** What to begin with, before the bytes that {@link #accept} gives next; empty where there is no entrance. */
    public byte[] entrance() {
        TsProgram known = program;
        if (!open || known == null) {
            return new byte[0];
        }
        byte[] start = known.tables();
        byte[] all = Arrays.copyOf(start, start.length + sinceKeyframe.size());
        System.arraycopy(sinceKeyframe.toByteArray(), 0, all, start.length, sinceKeyframe.size());
        return all;
    }

    /** Whether a keyframe may come: not where the program has no video. */
    public boolean isAwaited() {
        TsProgram known = program;
        return known == null || known.videoPid() >= 0;
    }

    private void keep(byte[] data, int from, int to) {
        if (!open) {
            return;
        }
        sinceKeyframe.write(data, from, to - from);
        if (sinceKeyframe.size() > MOST_BYTES) {
            sinceKeyframe.reset();
            open = false;
        }
    }

    private boolean isKeyframe(byte[] data, int packet) {
        int pid = TsPacket.pid(data, packet);
        if (tables.isTable(pid)) {
            if (tables.packet(data, packet, pid)) {
                program = tables.program();
                open = false;
            }
            return false;
        }
        return program != null
                && pid == program.videoPid()
                && TsPacket.startsUnit(data, packet)
                && (TsPacket.flags(data, packet) & TsPacket.RANDOM_ACCESS) != 0;
    }
}
