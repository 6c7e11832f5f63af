package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what somebody who comes to a running transport stream begins with: the tables, and everything since the last
 * keyframe ({@code random_access_indicator}, ISO/IEC 13818-1, 2.4.3.5). A stream that marks none has no entrance.
 *
 * <p>Not thread-safe. Whatever the bytes are, nothing is thrown.
 */
public final class JoinPointBuffer {
    /** Keyframes that are further apart than this are no use to begin with. */
    private static final int MOST_BYTES = 16 << 20;

    /** What is kept lies in blocks of this size, which all who begin there share. */
    private static final int BLOCK = 64 * 1024;

    private final TsTables tables = new TsTables();
    private final int mostBytes;
    private final List<byte[]> blocks = new ArrayList<>();
    private final ByteArrayOutputStream latest = new ByteArrayOutputStream();
    private int kept;
    private byte @Nullable [] sharedLatest;
    private byte[] rest = {};
    private @Nullable TsProgram program;
    private boolean open;

    /** One that keeps up to 16 MB. */
    public JoinPointBuffer() {
        this(MOST_BYTES);
    }

    /**
     * One with a bound.
     *
     * @param bytes since a keyframe, beyond which it is forgotten; more than 16 MB are never kept
     */
    public JoinPointBuffer(long bytes) {
        this.mostBytes = (int) Math.min(bytes, MOST_BYTES);
    }

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
                forget();
                open = true;
                from = at;
            }
            at += TsPacket.SIZE;
        }
        keep(data, from, at);
        rest = Arrays.copyOfRange(data, at, data.length);
        return rest.length == 0 ? data : Arrays.copyOf(data, at);
    }

    /**
     * What to begin with, before the bytes that {@link #accept} gives next; empty where there is no entrance. The arrays are the
     * same ones for everybody, but for at most 64 KB, and are not to be written to.
     */
    public List<byte[]> entrance() {
        TsProgram known = program;
        if (!open || known == null) {
            return List.of();
        }
        byte[] end = sharedLatest;
        if (end == null) {
            end = latest.toByteArray();
            sharedLatest = end;
        }
        List<byte[]> all = new ArrayList<>(blocks.size() + 2);
        all.add(known.tables());
        all.addAll(blocks);
        all.add(end);
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
        for (int at = from; at < to; ) {
            int length = Math.min(to - at, BLOCK - latest.size());
            latest.write(data, at, length);
            at += length;
            if (latest.size() == BLOCK) {
                blocks.add(latest.toByteArray());
                latest.reset();
            }
        }
        sharedLatest = null;
        kept += to - from;
        if (kept > mostBytes) {
            forget();
            open = false;
        }
    }

    private void forget() {
        blocks.clear();
        latest.reset();
        sharedLatest = null;
        kept = 0;
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
