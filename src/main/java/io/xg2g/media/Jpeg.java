package io.xg2g.media;

/**
 * Complete JPEG image (ITU-T T.81).
 *
 * @param bytes from SOI to EOI; not to be modified
 * @param width of the frame in pixels, at least 1
 * @param height of the frame in pixels, at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // The array is never modified.
public record Jpeg(byte[] bytes, int width, int height) {}
