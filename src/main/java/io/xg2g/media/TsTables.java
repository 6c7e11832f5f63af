package io.xg2g.media;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reader of the tables of one program: the first one whose map arrives, as long as it is listed; its first video and its first
 * audio stream. Follows changes of the tables. Not thread-safe.
 */
final class TsTables {
    /** {@code table_id} of the program association table. */
    static final int ASSOCIATION = 0x00;

    /** {@code table_id} of a program map table. */
    static final int MAP = 0x02;

    private final TsMaps maps = new TsMaps();
    private int number = TsProgram.NONE;
    private @Nullable TsProgram program;
    private List<TsStream> audio = List.of();

    /** Returns the program, or {@code null} before its tables are complete. */
    @Nullable
    TsProgram program() {
        return program;
    }

    /** Returns the audio streams of the program, in the order of its map. */
    List<TsStream> audio() {
        return audio;
    }

    boolean isTable(int pid) {
        return maps.isTable(pid);
    }

    /** Reads a packet of a PID that {@link #isTable}; returns whether the program has changed. */
    boolean packet(byte[] data, int packet, int pid) {
        if (!maps.packet(data, packet, pid)) {
            return false;
        }
        TsMap map = maps.maps().stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .or(() -> maps.maps().stream().findFirst())
                .orElse(null);
        if (map == null) {
            return false;
        }
        number = map.number();
        TsProgram before = program;
        TsProgram now = program(map);
        program = now;
        audio = map.streams().stream().filter(TsStream::isAudio).toList();
        return before == null || !Arrays.equals(before.tables(), now.tables());
    }

    private TsProgram program(TsMap map) {
        TsWriter tables = new TsWriter();
        tables.section(0, maps.associationOf(map));
        tables.section(map.pid(), map.section());
        TsStream video = first(map, TsStream::isVideo);
        TsStream audio = first(map, TsStream::isAudio);
        return new TsProgram(
                video == null ? TsProgram.NONE : video.pid(),
                video == null ? TsProgram.NONE : video.type(),
                audio == null ? TsProgram.NONE : audio.pid(),
                audio == null ? TsProgram.NONE : audio.type(),
                tables.take());
    }

    private static @Nullable TsStream first(TsMap map, Predicate<TsStream> kind) {
        return map.streams().stream().filter(kind).findFirst().orElse(null);
    }
}
