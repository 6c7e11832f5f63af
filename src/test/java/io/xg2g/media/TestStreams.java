package io.xg2g.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writer of transport streams with any programs and streams. */
final class TestStreams {
    static final int PRIVATE = 0x06;
    static final int MP2 = 0x03;

    /** Entry of a program map. */
    record Entry(int pid, int type, byte... descriptors) {}

    /** Program; its map has the PID 4096 plus its number. */
    record Program(int number, int clockPid, List<Entry> entries) {
        static Program of(int number, Entry... entries) {
            return new Program(number, entries[0].pid(), List.of(entries));
        }

        int mapPid() {
            return 4096 + number;
        }
    }

    private final TsWriter out = new TsWriter();
    private int version;

    /** Language and {@code audio_type}. */
    static byte[] language(String code, int audioType) {
        byte[] letters = code.getBytes(StandardCharsets.ISO_8859_1);
        return new byte[] {0x0a, 4, letters[0], letters[1], letters[2], (byte) audioType};
    }

    /** Association table of all programs, and maps of some. */
    TestStreams tables(List<Program> listed, List<Program> mapped) {
        ByteBuffer programs = ByteBuffer.allocate(4 * listed.size());
        listed.forEach(each -> programs.putShort((short) each.number()).putShort((short) (0xe000 | each.mapPid())));
        out.section(0, TsSections.section(TsTables.ASSOCIATION, 1, version, programs.flip()));
        mapped.forEach(this::map);
        version = (version + 1) % 32;
        return this;
    }

    private void map(Program program) {
        ByteBuffer map = ByteBuffer.allocate(1000);
        map.putShort((short) (0xe000 | program.clockPid())).putShort((short) 0xf000);
        for (Entry entry : program.entries()) {
            map.put((byte) entry.type()).putShort((short) (0xe000 | entry.pid()));
            map.putShort((short) (0xf000 | entry.descriptors().length)).put(entry.descriptors());
        }
        out.section(program.mapPid(), TsSections.section(TsTables.MAP, program.number(), version, map.flip()));
    }

    TestStreams tables(Program... programs) {
        return tables(List.of(programs), List.of(programs));
    }

    TestStreams video(int pid, long time, boolean key) {
        byte[] data = TsBuilder.h264(key, 400);
        int flags = TsPacket.PCR | (key ? TsPacket.RANDOM_ACCESS : 0);
        out.pes(pid, flags, time, TsBuilder.join(Pes.header(0xe0, time, time, data.length), data));
        return this;
    }

    TestStreams audio(int pid, long time) {
        byte[] data = TsBuilder.adts(100);
        out.pes(pid, 0, 0, TsBuilder.join(Pes.header(0xc0, time, time, data.length), data));
        return this;
    }

    TestStreams privateData(int pid, long time) {
        byte[] data = new byte[40];
        out.pes(pid, 0, 0, TsBuilder.join(Pes.header(0xbd, time, time, data.length), data));
        return this;
    }

    byte[] take() {
        return out.take();
    }

    /** The PIDs of packets, each once, in the order of their first packets. */
    static List<Integer> pids(byte[] packets) {
        List<Integer> pids = new ArrayList<>();
        for (int at = 0; at < packets.length; at += TsPacket.SIZE) {
            int pid = TsPacket.pid(packets, at);
            if (!pids.contains(pid)) {
                pids.add(pid);
            }
        }
        return pids;
    }
}
