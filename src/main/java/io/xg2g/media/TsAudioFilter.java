package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Filter of a transport stream: passes one program with its video and a part of its audio, under tables that list nothing else.
 * Follows changes of the tables; before the first ones nothing is passed. Not thread-safe.
 */
public final class TsAudioFilter {
    private final TsMaps maps = new TsMaps();
    private final Function<List<TsMap>, Optional<TsSelection>> choice;
    private final TsWriter tables = new TsWriter();
    private int version = -1;
    private byte[] rest = {};

    /** PIDs whose packets have passed since the last start. */
    private final BitSet passed = new BitSet();

    /** PIDs whose packets passed before the last start, and have not passed since then. */
    private final BitSet interrupted = new BitSet();

    private @Nullable TsSelection selection;

    private TsAudioFilter(Function<List<TsMap>, Optional<TsSelection>> choice) {
        this.choice = choice;
    }

    /** Passes the audio that is AAC in ADTS. */
    public static TsAudioFilter ofAac() {
        return new TsAudioFilter(maps -> TsSelection.of(
                maps, stream -> stream.isVideo() || stream.frames().equals(Optional.of(AudioCodec.AAC)), _ -> 0));
    }

    /**
     * Passes one audio stream: that of a language, role and ordinal, or else of this language and role, or else of this language, or
     * else the preferred one.
     *
     * @param wanted its codec does not matter
     */
    public static TsAudioFilter of(AudioTrackInfo wanted, StreamPreferences preferences) {
        return new TsAudioFilter(
                maps -> TsSelection.of(maps.stream().filter(preferences::allows).toList(), _ -> true, preferences::rank)
                        .map(selection -> selection.withAudio(wanted)));
    }

    /**
     * Begins another stream, which continues the one before it: its tables have another version if they differ, and a packet with a
     * {@code discontinuity_indicator} precedes each of its streams. The bytes of an incomplete packet are dropped.
     */
    public void begin() {
        rest = new byte[0];
        interrupted.or(passed);
        passed.clear();
    }

    /** Takes the next bytes, in chunks of any size; returns the packets that pass. */
    public byte[] filter(byte[] chunk) {
        byte[] data = Arrays.copyOf(rest, rest.length + chunk.length);
        System.arraycopy(chunk, 0, data, rest.length, chunk.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length);
        int from = 0;
        int at = 0;
        while (data.length - at >= TsPacket.SIZE) {
            int pid = TsPacket.pid(data, at);
            boolean synced = data[at] == TsPacket.SYNC;
            if (!synced || maps.isTable(pid)) {
                pass(data, from, at, out);
                if (synced) {
                    table(data, at, pid, out);
                }
                from = at + (synced ? TsPacket.SIZE : 1);
            }
            at += synced ? TsPacket.SIZE : 1;
        }
        pass(data, from, at, out);
        rest = Arrays.copyOfRange(data, at, data.length);
        return out.toByteArray();
    }

    private void pass(byte[] packets, int from, int to, ByteArrayOutputStream out) {
        TsSelection now = selection;
        if (now == null || to <= from) {
            return;
        }
        byte[] selected = now.packets(packets, from, to);
        for (int packet = 0; packet < selected.length; packet += TsPacket.SIZE) {
            int pid = TsPacket.pid(selected, packet);
            passed.set(pid);
            if (interrupted.get(pid)) {
                interrupted.clear(pid);
                out.writeBytes(TsPacket.discontinuityBefore(selected, packet));
            }
            out.write(selected, packet, TsPacket.SIZE);
        }
    }

    /** Replaces the map by the tables. */
    private void table(byte[] packets, int at, int pid, ByteArrayOutputStream out) {
        boolean changed = maps.packet(packets, at, pid);
        if (changed) {
            selection = choice.apply(maps.maps()).orElse(null);
            version++;
        }
        TsSelection now = selection;
        if (now != null && (changed || (pid == now.map().pid() && TsPacket.startsUnit(packets, at)))) {
            now.writeTables(tables, version);
            out.writeBytes(tables.take());
        }
    }
}
