package io.xg2g.media;

/**
 * One picture as it was carried. Times are 90 kHz ticks, unwrapped: they go on rising where the 33 bits of the stream
 * start anew, and pictures and audio have one origin.
 *
 * @param pts when it is shown
 * @param dts when it is decoded
 * @param keyframe whether decoding may start here ({@code random_access_indicator}, ISO/IEC 13818-1, 2.4.3.5)
 * @param parameters a hash over what the picture says of its own format (H.264 and HEVC sequence parameter sets, MPEG-2
 *     sequence header), 0 where it says nothing; a new value in mid-stream means a new picture size or rate
 * @param packets its transport packets, 188·n bytes. Not to be changed.
 */
@SuppressWarnings("ArrayRecordComponent") // Immutable by convention; copies would double the traffic.
public record VideoFrame(long pts, long dts, boolean keyframe, int parameters, byte[] packets) {}
