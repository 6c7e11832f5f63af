package io.xg2g.ffmpeg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Replacement of ffmpeg whose units take the time of a GPU and hardly any CPU. The outputs of a unit are encoded once by
 * the real ffmpeg; later commands that differ only in file names get copies after the configured time. The probe of encoders finds
 * the speed of such a GPU with four slots. All other commands go to the real ffmpeg.
 */
public final class SimulatedGpu {
    private static final String SCRIPT = """
            case "$*" in *+cmaf* | *-force_key_frames*) ;; *) exec ffmpeg "$@" ;; esac
            key=$(for arg; do case "$arg" in file:*) echo file ;; *) echo "$arg" ;; esac; done | md5sum)
            made=%1$s/${key%% *}
            if [ ! -d "$made" ]; then
              new=$(mktemp -d %1$s/new.XXXXXX)
              ffmpeg "$@" > "$new/progress" || exit
              n=0
              previous=
              for arg; do
                case "$previous $arg" in
                  "-i file:"*) ;;
                  *" file:"*) cp "${arg#file:}" "$new/$n" || exit; n=$((n + 1)) ;;
                esac
                previous=$arg
              done
              mv -T "$new" "$made" 2> /dev/null || rm -r "$new"
            fi
            n=0
            previous=
            for arg; do
              case "$previous $arg" in
                "-i file:"*) ;;
                *" file:"*) sleep %2$s; cp "$made/$n" "${arg#file:}" || exit; n=$((n + 1)) ;;
              esac
              previous=$arg
            done
            cat "$made/progress"
            case "$*" in *-benchmark*) echo "bench: utime=%3$ss stime=0.000s rtime=0.000s" >&2 ;; esac
            """;

    private static final int SLOTS = 4;

    private SimulatedGpu() {}

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
    }

    /**
     * Writes the script.
     *
     * @param directory existing directory of the script and its outputs
     * @param cost time of each rendition of a unit
     * @return the value of {@code xg2g.ffmpeg.path}
     */
    public static Path install(Path directory, Duration cost) {
        try {
            Path made = Files.createDirectories(directory.resolve("simulated-gpu"));
            return FakeFfmpeg.script(
                    directory.resolve("simulated-gpu-ffmpeg"),
                    SCRIPT.formatted(made.toAbsolutePath(), seconds(cost), seconds(cost.dividedBy(SLOTS))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
