package io.xg2g.ffmpeg;

import java.nio.file.Path;
import java.time.Duration;

/**
 * One finished, checked output of a unit.
 *
 * @param name the name from its {@link RenditionSpec}, or {@code preview}
 * @param file where it lies
 * @param contentType media type, for instance {@code video/mp4}
 * @param bytes file size
 * @param width picture width in pixels
 * @param height picture height in pixels
 * @param duration playing time; zero for a picture
 */
public record Rendition(
        String name, Path file, String contentType, long bytes, int width, int height, Duration duration) {}
