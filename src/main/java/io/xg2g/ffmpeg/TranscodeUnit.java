package io.xg2g.ffmpeg;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One unit of work for an encoder: a few seconds of media. Running a unit twice gives the same frames.
 *
 * @param input the media file; it is only read
 * @param source what inspection found in it
 * @param profile what to make of it
 * @param container the renditions' file format; a preview is always a JPEG file
 * @param outputDirectory an existing directory that belongs to this unit alone; the renditions are placed in it
 * @param grid the frames that each rendition has exactly, or that a preview is the first of; {@code null} for all that
 *     the input holds
 */
public record TranscodeUnit(
        Path input,
        MediaInfo source,
        Profile profile,
        Container container,
        Path outputDirectory,
        @Nullable FrameGrid grid) {

    /**
     * Checks that grid and container go together.
     *
     * @throws IllegalArgumentException if renditions with a grid are to be anything but CMAF, or the other way round
     */
    public TranscodeUnit {
        if (profile instanceof Profile.Ladder && (grid != null) != (container == Container.CMAF)) {
            throw new IllegalArgumentException("a ladder has a grid if, and only if, it is made as CMAF; here "
                    + container + (grid == null ? " without" : " with") + " a grid");
        }
    }

    /** A unit of everything that the input holds. */
    public TranscodeUnit(Path input, MediaInfo source, Profile profile, Container container, Path outputDirectory) {
        this(input, source, profile, container, outputDirectory, null);
    }

    /** The playing time of the media that the unit covers; zero where neither grid nor container say it. */
    public Duration duration() {
        return grid == null ? source.duration() : Duration.ofNanos(grid.durationTicks() * 100_000 / 9);
    }
}
