package io.xg2g.admission;

import java.util.Locale;

/** Kind of admission. The first three are the modes of playback. */
enum Kind {
    STANDARD,
    AUDIO_PROXY,
    /** Transcoded renditions: HLS, DASH and MPEG-TS. */
    GPU,
    TRANSCODE,
    API;

    /** Returns the label of metrics. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
