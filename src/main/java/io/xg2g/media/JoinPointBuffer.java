package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Buffer of the packets with which a viewer joins a running transport stream: the tables, and all packets since the last
 * keyframe ({@code random_access_indicator}, ISO/IEC 13818-1, 2.4.3.5). A stream that marks no keyframes has no join point.
 *
 * <p>Malformed input throws nothing. Not thread-safe.
 */
public final class JoinPointBuffer {
    /** Default and maximum of the buffered bytes. */
    private static final int MAX_BYTES = 16 << 20;

    /** Packets are stored in blocks of this size, which all viewers share. */
    private static final int BLOCK = 64 * 1024;

    private final TsTables tables = new TsTables();
    private final int maxBytes;
    private final List<byte[]> blocks = new ArrayList<>();
    private final ByteArrayOutputStream latest = new ByteArrayOutputStream();
    private int buffered;
    private byte @Nullable [] sharedLatest;
    private byte[] rest = {};
    private @Nullable TsProgram program;
    private boolean hasKeyframe;

    /**
     * Makes a buffer with a bound.
     *
     * @param bytes maximum since a keyframe, at most 16 MiB; beyond it the buffer is cleared until the next keyframe
     */
    public JoinPointBuffer(long bytes) {
        this.maxBytes = (int) Math.min(bytes, MAX_BYTES);
    }

    /**
     * Takes the next bytes, in chunks of any size.
     *
     * @return the bytes up to the end of the last whole packet; the rest is returned with the next ones
     */
    public byte[] accept(byte[] chunk) {
        byte[] data = Arrays.copyOf(rest, rest.length + chunk.length);
        System.arraycopy(chunk, 0, data, rest.length, chunk.length);
        int from = 0;
        int at = 0;
        while (data.length - at >= TsPacket.SIZE) {
            if (data[at] != TsPacket.SYNC) {
                at++;
                continue;
            }
            if (isKeyframe(data, at)) {
                clear();
                hasKeyframe = true;
                from = at;
            }
            at += TsPacket.SIZE;
        }
        append(data, from, at);
        rest = Arrays.copyOfRange(data, at, data.length);
        return rest.length == 0 ? data : Arrays.copyOf(data, at);
    }

    /**
     * Returns the packets to send before the bytes that {@link #accept} returns next; empty if there is no join point. The
     * arrays are shared between viewers and must not be modified; at most 64 KiB are copied for a call.
     */
    public List<byte[]> packets() {
        TsProgram known = program;
        if (!hasKeyframe || known == null) {
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

    /** Returns whether a keyframe may follow: {@code false} for a program without video. */
    public boolean mayHaveKeyframes() {
        TsProgram known = program;
        return known == null || known.videoPid() >= 0;
    }

    private void append(byte[] data, int from, int to) {
        if (!hasKeyframe) {
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
        buffered += to - from;
        if (buffered > maxBytes) {
            clear();
            hasKeyframe = false;
        }
    }

    private void clear() {
        blocks.clear();
        latest.reset();
        sharedLatest = null;
        buffered = 0;
    }

    private boolean isKeyframe(byte[] data, int packet) {
        int pid = TsPacket.pid(data, packet);
        if (tables.isTable(pid)) {
            if (tables.packet(data, packet, pid)) {
                program = tables.program();
                hasKeyframe = false;
            }
            return false;
        }
        return program != null
                && pid == program.videoPid()
                && TsPacket.startsUnit(data, packet)
                && (TsPacket.flags(data, packet) & TsPacket.RANDOM_ACCESS) != 0;
    }
}
