package io.xg2g.media;

/**
 * The first program of a transport stream (ISO/IEC 13818-1, 2.4.4): its first video and its first audio stream.
 *
 * @param videoPid PID of the video, -1 where there is none
 * @param videoStreamType {@code stream_type} of the video as in the program map, -1 where there is none
 * @param audioPid PID of the audio, -1 where there is none
 * @param audioStreamType {@code stream_type} of the audio as in the program map, -1 where there is none
 * @param tables program association and map in packets of their own (188·n bytes), ready to be put in front of packets
 *     of the program; equal tables are equal bytes. Not to be changed.
 */
@SuppressWarnings("ArrayRecordComponent") // Immutable by convention; copies would double the traffic.
public record TsProgram(int videoPid, int videoStreamType, int audioPid, int audioStreamType, byte[] tables) {

    /** {@code stream_type} of H.264 (ISO/IEC 13818-1, table 2-34). */
    public static final int H264 = 0x1b;

    /** {@code stream_type} of HEVC. */
    public static final int HEVC = 0x24;

    /** {@code stream_type} of AAC in ADTS. */
    public static final int ADTS = 0x0f;

    /** Stands for a PID or stream type that is not there. */
    public static final int NONE = -1;

    /** Whether both have the same streams of the same types. */
    boolean sameStreams(TsProgram other) {
        return videoPid == other.videoPid
                && videoStreamType == other.videoStreamType
                && audioPid == other.audioPid
                && audioStreamType == other.audioStreamType;
    }
}
