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
 * Bound of what an input can become. Timestamps cost an input nothing: a few frames with gaps between them claim hours,
 * which are filled with silence and repeated frames. Real media has some bytes for each second.
 */
final class PlayingTime {
    /** What an input of any size may play for. */
    private static final Duration ALWAYS = Duration.ofMinutes(3);

    private static final Duration LONGEST = Duration.ofDays(1);

    /** A still picture at one frame a second takes more than this in MP4, for its sample and its entries in the tables. */
    private static final int LEAST_BYTES_A_SECOND = 16;

    private PlayingTime() {}

    /**
     * The longest playing time of what may be made of a file: three minutes, and a second for each 16 bytes; 24 hours at
     * most.
     *
     * @throws UncheckedIOException if the file cannot be looked at
     */
    static Duration longest(Path file) {
        try {
            return longest(Files.size(file));
        } catch (IOException gone) {
            throw new UncheckedIOException("the input cannot be read", gone);
        }
    }

    static Duration longest(long bytes) {
        Duration media = ALWAYS.plusSeconds(bytes / LEAST_BYTES_A_SECOND);
        return media.compareTo(LONGEST) < 0 ? media : LONGEST;
    }

    /**
     * The failure of a run that reached the bound.
     *
     * @param reached the run's last report, in which streams count as far as they were written in order
     * @param video the playing time of the video that was made
     */
    static Optional<Failure> exceeded(Progress reached, Duration video, Duration longest) {
        Duration written = Duration.ofNanos(reached.outTimeMicros() * 1000);
        // The first frame beyond the bound may lie one gap behind the last one before it.
        Duration least = longest.minusSeconds(CommandLine.LONGEST_GAP_SECONDS);
        return written.compareTo(least) < 0 && video.compareTo(least) < 0
                ? Optional.empty()
                : Optional.of(new Failure(
                        Failure.Kind.UNSUPPORTED_MEDIA,
                        String.format(
                                Locale.ROOT,
                                "the input's timestamps leave gaps: it would play for more than %d s, and has fewer than"
                                        + " %d bytes for each second",
                                least.toSeconds(),
                                LEAST_BYTES_A_SECOND)));
    }
}
