package io.xg2g.media;

/**
 * What an initialization segment says of its video.
 *
 * @param codec its name after RFC 6381, read from the codec's own configuration
 * @param width coded width in pixels
 * @param height coded height in pixels
 * @param timescale ticks of its times in a second
 */
public record VideoTrackInfo(String codec, int width, int height, int timescale) {}
