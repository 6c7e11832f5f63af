package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Builder of transport streams: H.264 on PID 256, AAC on PID 257. */
public final class TsBuilder {
    static final int VIDEO = 256;
    static final int AUDIO = 257;
    static final int MAP = 4096;

    private final TsWriter out = new TsWriter();

    /** The tables of a program with video of the type, and with AAC. */
    public TsBuilder tables(int videoType) {
        ByteBuffer programs = ByteBuffer.allocate(4);
        programs.putShort((short) 1).putShort((short) (0xe000 | MAP));
        out.section(0, TsSections.section(TsTables.ASSOCIATION, 1, 0, programs.flip()));
        ByteBuffer map =
                ByteBuffer.allocate(14).putShort((short) (0xe000 | VIDEO)).putShort((short) 0xf000);
        map.put((byte) videoType).putShort((short) (0xe000 | VIDEO)).putShort((short) 0xf000);
        map.put((byte) TsProgram.ADTS).putShort((short) (0xe000 | AUDIO)).putShort((short) 0xf000);
        out.section(MAP, TsSections.section(TsTables.MAP, 1, 0, map.flip()));
        return this;
    }

    public TsBuilder video(long pts, long dts, boolean key, byte[] data) {
        int flags = TsPacket.PCR | (key ? TsPacket.RANDOM_ACCESS : 0);
        out.pes(VIDEO, flags, dts - 63_000, join(Pes.header(0xe0, pts, dts, data.length), data));
        return this;
    }

    public TsBuilder audio(long pts, byte[]... adts) {
        byte[] data = join(adts);
        out.pes(AUDIO, 0, 0, join(Pes.header(0xc0, pts, pts, data.length), data));
        return this;
    }

    public byte[] bytes() {
        return out.take();
    }

    /** Twenty video frames, every fifth a keyframe, and two audio frames with each. */
    public static byte[] stream(long start) {
        TsBuilder builder = new TsBuilder().tables(TsProgram.H264);
        for (int i = 0; i < 20; i++) {
            long time = start + i * 3_600L;
            builder.video(time + 7_200, time, i % 5 == 0, h264(i % 5 == 0, 100 + 97 * i));
            builder.audio(time, adts(100), adts(371));
        }
        return builder.bytes();
    }

    /** Twenty frames of video and of two audio tracks. */
    public static byte[] twoAudioTracks() {
        TestStreams streams = new TestStreams();
        streams.tables(TestStreams.Program.of(
                1,
                new TestStreams.Entry(VIDEO, TsProgram.H264),
                new TestStreams.Entry(AUDIO, TsProgram.ADTS),
                new TestStreams.Entry(AUDIO + 1, TsProgram.ADTS)));
        for (int i = 0; i < 20; i++) {
            long time = 90_000 + i * 3_600L;
            streams.video(VIDEO, time, i % 5 == 0).audio(AUDIO, time).audio(AUDIO + 1, time);
        }
        return streams.take();
    }

    /** An access unit delimiter, parameter sets with a keyframe, and a slice of this size. */
    public static byte[] h264(boolean key, int size) {
        byte[] slice = new byte[size];
        java.util.Arrays.fill(slice, (byte) 0x55);
        byte[] sets = {0, 0, 0, 1, 0x67, 0x42, 0, 30, (byte) 0xf8, 0, 0, 1, 0x68, 0x11};
        return join(
                new byte[] {0, 0, 0, 1, 9, (byte) 0xf0},
                key ? sets : new byte[0],
                new byte[] {0, 0, 1, (byte) (key ? 0x65 : 0x41)},
                slice);
    }

    /** A frame of AAC-LC, 48 kHz, stereo, of this size including its header. */
    public static byte[] adts(int length) {
        byte[] frame = new byte[length];
        frame[0] = (byte) 0xff;
        frame[1] = (byte) 0xf1;
        frame[2] = 0x4c;
        frame[3] = (byte) (0x80 | (length >> 11));
        frame[4] = (byte) (length >> 3);
        frame[5] = (byte) ((length << 5) | 0x1f);
        frame[6] = (byte) 0xfc;
        return frame;
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
