package io.xg2g.ffmpeg;

import io.xg2g.media.Ticks;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Unit of work for an encoder: a few seconds of media. Repeated runs produce the same frames.
 *
 * @param input media file, read only
 * @param source properties of the input
 * @param profile outputs to produce
 * @param container container format of the renditions; a preview is always a JPEG file
 * @param outputDirectory existing directory of this unit for the renditions
 * @param grid exact frames of each rendition, of which a preview is the first; {@code null} for the whole input
 * @param slate what the renditions show instead of the input; {@code null} for the input
 */
public record TranscodeUnit(
        Path input,
        MediaInfo source,
        Profile profile,
        Container container,
        Path outputDirectory,
        @Nullable FrameGrid grid,
        @Nullable Slate slate) {

    /**
     * Checks that grid and container match.
     *
     * @throws IllegalArgumentException if a ladder has a grid without CMAF, or CMAF without a grid, or a slate without a grid
     */
    public TranscodeUnit {
        if (profile instanceof Profile.Ladder && (grid != null) != (container == Container.CMAF)) {
            throw new IllegalArgumentException("a ladder has a grid if, and only if, it is made as CMAF; here "
                    + container + (grid == null ? " without" : " with") + " a grid");
        }
        if (slate != null && grid == null) {
            throw new IllegalArgumentException("a slate needs a grid");
        }
    }

    /** Unit of the whole input. */
    public TranscodeUnit(Path input, MediaInfo source, Profile profile, Container container, Path outputDirectory) {
        this(input, source, profile, container, outputDirectory, null, null);
    }

    /** Unit that shows its input. */
    public TranscodeUnit(
            Path input,
            MediaInfo source,
            Profile profile,
            Container container,
            Path outputDirectory,
            @Nullable FrameGrid grid) {
        this(input, source, profile, container, outputDirectory, grid, null);
    }

    /** Returns the same unit with another slate. */
    TranscodeUnit withSlate(Slate other) {
        return new TranscodeUnit(input, source, profile, container, outputDirectory, grid, other);
    }

    /** Returns the playing time of the unit; zero if unknown. */
    public Duration duration() {
        return grid == null ? source.duration() : Duration.ofNanos(Ticks.toNanos(grid.durationTicks()));
    }
}
