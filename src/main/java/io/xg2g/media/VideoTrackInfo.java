package io.xg2g.media;

/**
 * Description of a video track.
 *
 * @param codec RFC 6381 name, from the decoder configuration
 * @param width coded width in pixels
 * @param height coded height in pixels
 * @param timescale ticks per second of its times
 */
public record VideoTrackInfo(String codec, int width, int height, int timescale) {}
