package io.xg2g.admission;

import java.util.Locale;

/** What is admitted. The first three are the modes of playback. */
enum Kind {
    STANDARD,
    AUDIO_PROXY,
    /** Renditions: HLS, DASH, and the transport stream made of them. */
    GPU,
    TRANSCODE,
    API;

    /** Its name in metrics. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
