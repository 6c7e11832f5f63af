package io.xg2g.ffmpeg;

import java.util.List;

/** What a unit is turned into. */
public sealed interface Profile {

    /** The name by which a request asks for it. */
    String name();

    /**
     * Video renditions, all made from one decode.
     *
     * @param renditions at least one, highest first, with different names
     */
    record Ladder(String name, List<RenditionSpec> renditions) implements Profile {
        public Ladder {
            renditions = List.copyOf(renditions);
        }
    }

    /**
     * One JPEG picture.
     *
     * @param height the picture's height in pixels; a smaller source keeps its own
     */
    record Preview(String name, int height) implements Profile {}
}
