package io.xg2g.ffmpeg;

/**
 * Specification of a ladder's rung. Video is never scaled up.
 *
 * @param name name of the rendition, unique in its profile, for instance {@code 720p}
 * @param codec video codec
 * @param height frame height in pixels, 64 to 4320
 * @param bitrate maximum video bit rate in bits per second, 100,000 to 100,000,000
 * @param maxFrameRate maximum frames per second, 1 to 120
 */
public record RenditionSpec(String name, Codec codec, int height, int bitrate, int maxFrameRate) {}
