package io.xg2g.ffmpeg;

/**
 * What one rung of a ladder shall look like. The picture is never scaled up: a source that is smaller keeps its size.
 *
 * @param name the rendition's name, unique within its profile, for instance {@code 720p}
 * @param codec the video codec
 * @param height picture height in pixels, 64 to 4320
 * @param bitrate ceiling of the video bit rate in bits a second, 100,000 to 100,000,000
 * @param maxFrameRate frames a second above which the rate is reduced, 1 to 120
 */
public record RenditionSpec(String name, Codec codec, int height, int bitrate, int maxFrameRate) {}
