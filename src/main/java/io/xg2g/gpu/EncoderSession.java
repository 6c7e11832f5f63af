package io.xg2g.gpu;

/**
 * Encoder session on a GPU, as reported by the driver.
 *
 * @param pid id of the process that opened it
 * @param codec {@code h264}, {@code hevc} or {@code av1}
 * @param width frame width in pixels
 * @param height frame height in pixels
 * @param framesPerSecond average over the last second
 * @param latencyMicros average time from a frame's submission to its packet, in microseconds
 */
public record EncoderSession(
        long pid, String codec, int width, int height, double framesPerSecond, long latencyMicros) {}
