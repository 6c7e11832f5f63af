package io.xg2g.ffmpeg;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Result of the run of one unit on one device. */
public sealed interface TranscodeOutcome {

    /** Encoder of a run that started none. */
    String NO_ENCODER = "none";

    /** Encoder of previews on every device. */
    String PREVIEW_ENCODER = "mjpeg";

    /**
     * All renditions were produced and checked.
     *
     * @param encoder ffmpeg's name of the encoder, for instance {@code h264_nvenc}
     * @param renditions in the profile's order
     */
    record Produced(String encoder, List<Rendition> renditions) implements TranscodeOutcome {
        public Produced {
            renditions = List.copyOf(renditions);
        }

        /** Returns the longest playing time of the renditions; zero for a preview. */
        public Duration duration() {
            return renditions.stream()
                    .map(Rendition::duration)
                    .max(Comparator.naturalOrder())
                    .orElse(Duration.ZERO);
        }
    }

    /**
     * The run failed; no output file and no process is left.
     *
     * @param encoder as for {@link Produced}; {@value #NO_ENCODER} if none was started
     */
    record Failed(String encoder, Failure failure) implements TranscodeOutcome {}
}
