package io.xg2g.gpu;

/**
 * One encoder session on a GPU, as its driver reports it.
 *
 * @param pid the process that opened it
 * @param codec {@code h264}, {@code hevc} or {@code av1}
 * @param width of its picture, in pixels
 * @param height of its picture, in pixels
 * @param framesPerSecond its average over the last second
 * @param latencyMicros from a frame's submission to its packet, on average
 */
public record EncoderSession(
        long pid, String codec, int width, int height, double framesPerSecond, long latencyMicros) {}
