package io.xg2g.camera;

import io.xg2g.ffmpeg.FrameOptions;
import io.xg2g.ingest.Source;

/**
 * Camera whose frames are taken.
 *
 * @param id path element in URLs: as that of a channel
 * @param name display name
 * @param input where its video comes from
 * @param options its frames
 * @param origin origin of the definition
 */
record Camera(String id, String name, Input input, FrameOptions options, Origin origin) {
    /** Origin of a camera's definition. */
    enum Origin {
        CONFIGURATION,
        API
    }

    /** Where the video of a camera comes from. */
    sealed interface Input {
        /** Source of its own. */
        record Own(Source source) implements Input {}

        /** Live channel, which runs while its camera does: its source is opened once for both. */
        record OfChannel(String channel) implements Input {}

        /** Returns the kind's name in the API. */
        default String kind() {
            return switch (this) {
                case Own(Source source) -> source.kind();
                case OfChannel _ -> "channel";
            };
        }
    }
}
