package io.xg2g.ffmpeg;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Finished and checked output of a unit.
 *
 * @param name name from its {@link RenditionSpec}, or {@code preview}
 * @param file its path
 * @param contentType media type, for instance {@code video/mp4}
 * @param bytes file size
 * @param width frame width in pixels
 * @param height frame height in pixels
 * @param duration playing time; zero for an image
 */
public record Rendition(
        String name, Path file, String contentType, long bytes, int width, int height, Duration duration) {}
