package io.xg2g.ffmpeg;

import java.util.List;

/** Outputs of a unit. */
public sealed interface Profile {

    /** Returns the name that requests use. */
    String name();

    /**
     * Video renditions, made in one run.
     *
     * @param renditions at least one, highest first, with different names
     */
    record Ladder(String name, List<RenditionSpec> renditions) implements Profile {
        public Ladder {
            renditions = List.copyOf(renditions);
        }
    }

    /**
     * JPEG image.
     *
     * @param height height in pixels; a smaller source is not scaled
     */
    record Preview(String name, int height) implements Profile {}
}
