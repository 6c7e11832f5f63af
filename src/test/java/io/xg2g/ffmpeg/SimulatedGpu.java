package io.xg2g.ffmpeg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * An ffmpeg whose units cost what they cost on a GPU: time, and hardly any processor. A unit's outputs are made once,
 * by the real ffmpeg; from then on every command that differs in nothing but its files gets copies of them after the
 * time that a GPU would take. Whatever is neither a window nor a clip goes to the real ffmpeg.
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
            """;

    private SimulatedGpu() {}

    /**
     * Writes the program.
     *
     * @param directory where it and what it has made are kept; must exist
     * @param cost how long each rendition of a unit takes
     * @return what {@code xg2g.ffmpeg.path} is to be set to
     */
    public static Path install(Path directory, Duration cost) {
        try {
            Path made = Files.createDirectories(directory.resolve("simulated-gpu"));
            String seconds = String.format(Locale.ROOT, "%.3f", cost.toMillis() / 1000.0);
            return FakeFfmpeg.script(
                    directory.resolve("simulated-gpu-ffmpeg"), SCRIPT.formatted(made.toAbsolutePath(), seconds));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
