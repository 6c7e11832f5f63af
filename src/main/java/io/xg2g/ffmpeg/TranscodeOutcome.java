package io.xg2g.ffmpeg;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** How the run of one unit on one device ended. */
public sealed interface TranscodeOutcome {

    /** Stands for the encoder where none ran. */
    String NO_ENCODER = "none";

    /** The encoder of previews, on every device. */
    String PREVIEW_ENCODER = "mjpeg";

    /** ffmpeg's name of the encoder that was used, for instance {@code h264_nvenc}; {@value #NO_ENCODER} if it never ran. */
    String encoder();

    /**
     * Every rendition is there and was checked.
     *
     * @param renditions in the profile's order
     */
    record Produced(String encoder, List<Rendition> renditions) implements TranscodeOutcome {
        public Produced {
            renditions = List.copyOf(renditions);
        }

        /** The playing time of the longest rendition; zero where there are only pictures. */
        public Duration duration() {
            return renditions.stream()
                    .map(Rendition::duration)
                    .max(Comparator.naturalOrder())
                    .orElse(Duration.ZERO);
        }
    }

    /** Nothing was produced, and no file or process is left. */
    record Failed(String encoder, Failure failure) implements TranscodeOutcome {}
}
