package io.xg2g.media;

/**
 * First program of a transport stream (ISO/IEC 13818-1, 2.4.4) with its first video and its first audio stream.
 *
 * @param videoPid PID of the video, -1 if there is none
 * @param videoStreamType {@code stream_type} of the video in the program map, -1 if there is none
 * @param audioPid PID of the audio, -1 if there is none
 * @param audioStreamType {@code stream_type} of the audio in the program map, -1 if there is none
 * @param tables program association and map tables as packets (188·n bytes), to be sent before packets of the program;
 *     equal tables are equal bytes. Must not be modified.
 */
@SuppressWarnings("ArrayRecordComponent") // Immutable by convention; copies would double the traffic.
public record TsProgram(int videoPid, int videoStreamType, int audioPid, int audioStreamType, byte[] tables) {

    /** {@code stream_type} of H.264 (ISO/IEC 13818-1, table 2-34). */
    public static final int H264 = 0x1b;

    /** {@code stream_type} of HEVC. */
    public static final int HEVC = 0x24;

    /** {@code stream_type} of AAC in ADTS. */
    public static final int ADTS = 0x0f;

    /** PID or stream type of a missing stream. */
    public static final int NONE = -1;
}
