package io.xg2g.media;

/**
 * One coded video frame. Times are 90 kHz ticks, unwrapped: they go on rising where the 33 bits of the stream wrap around;
 * video and audio have the same origin.
 *
 * @param pts presentation time
 * @param dts decoding time
 * @param keyframe whether decoding may start here ({@code random_access_indicator}, ISO/IEC 13818-1, 2.4.3.5)
 * @param parameters hash of the sequence parameter set that the frame uses (H.264, HEVC), or of its sequence header (MPEG-2); 0 if
 *     there is none, or it is unknown. Another value in mid-stream means another frame size or rate.
 * @param packets its transport packets, 188·n bytes. Must not be modified.
 */
@SuppressWarnings("ArrayRecordComponent") // Immutable by convention; copies would double the traffic.
public record VideoFrame(long pts, long dts, boolean keyframe, int parameters, byte[] packets) {}
