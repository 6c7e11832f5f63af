package io.xg2g.media;

import io.xg2g.media.TestStreams.Entry;
import io.xg2g.media.TestStreams.Program;

/** Output of a child that copies a camera's video and its PCM audio, which becomes private data. */
public final class PrivateStreams {
    private static final int VIDEO = 0x100;
    private static final int AUDIO = 0x101;

    private PrivateStreams() {}

    public static byte[] withoutPrivateAudio() {
        TestStreams out = new TestStreams();
        Entry audio = new Entry(AUDIO, TsProgram.ADTS);
        return out.tables(Program.of(1, new Entry(VIDEO, TsProgram.H264), audio))
                .video(VIDEO, 0, true)
                .audio(AUDIO, 0)
                .take();
    }

    /** Tables and a frame of video. */
    public static byte[] video() {
        TestStreams out = new TestStreams();
        Entry audio = new Entry(AUDIO, TestStreams.PRIVATE);
        return out.tables(Program.of(1, new Entry(VIDEO, TsProgram.H264), audio))
                .video(VIDEO, 0, true)
                .take();
    }

    /** A frame of audio. */
    public static byte[] audio() {
        return new TestStreams()
                .privateData(AUDIO, 0)
                .privateData(AUDIO, 3600)
                .privateData(AUDIO, 7200)
                .take();
    }
}
