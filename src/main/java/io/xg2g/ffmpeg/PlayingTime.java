package io.xg2g.ffmpeg;

import io.xg2g.process.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Maximum playing time of outputs by the size of the input. A few frames with large gaps between their timestamps would otherwise
 * become hours of silence and repeated frames; real media has a minimum of bytes per second.
 */
final class PlayingTime {
    /** Playing time allowed for an input of any size. */
    private static final Duration BASE = Duration.ofMinutes(3);

    private static final Duration LONGEST = Duration.ofDays(1);

    /** Less than a still image takes in MP4 at one frame per second, with its table entries. */
    private static final int MIN_BYTES_PER_SECOND = 16;

    private PlayingTime() {}

    /**
     * Returns the maximum playing time for a file: three minutes plus a second for each 16 bytes, at most 24 hours.
     *
     * @throws UncheckedIOException if the file's size cannot be read
     */
    static Duration longest(Path file) {
        try {
            return longest(Files.size(file));
        } catch (IOException gone) {
            throw new UncheckedIOException("the input cannot be read", gone);
        }
    }

    static Duration longest(long bytes) {
        Duration media = BASE.plusSeconds(bytes / MIN_BYTES_PER_SECOND);
        return media.compareTo(LONGEST) < 0 ? media : LONGEST;
    }

    /**
     * Returns the failure of a run that reached the maximum.
     *
     * @param progress last report of the run
     * @param video playing time of the video output
     */
    static Optional<Failure> exceeded(Progress progress, Duration video, Duration longest) {
        Duration written = Duration.ofNanos(progress.outTimeMicros() * 1000);
        // The first frame beyond the maximum may follow a gap.
        Duration minimum = longest.minusSeconds(CommandLine.MAX_GAP_SECONDS);
        return written.compareTo(minimum) < 0 && video.compareTo(minimum) < 0
                ? Optional.empty()
                : Optional.of(new Failure(
                        Failure.Kind.UNSUPPORTED_MEDIA,
                        String.format(
                                Locale.ROOT,
                                "the input's timestamps leave gaps: it would play for more than %d s, and has fewer than"
                                        + " %d bytes for each second",
                                minimum.toSeconds(),
                                MIN_BYTES_PER_SECOND)));
    }
}
