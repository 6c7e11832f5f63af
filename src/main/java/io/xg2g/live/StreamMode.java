package io.xg2g.live;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a continuous transport stream is made of. */
enum StreamMode {
    /** The source's bytes as they come. */
    STANDARD,
    /** The source's video; audio as AAC-LC. */
    AUDIO_PROXY,
    /** One rendition of the ladder. */
    GPU;

    /** All names, for messages. */
    static final String NAMES = "standard, audio_proxy, gpu";

    /** Its name in URLs. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<StreamMode> find(String label) {
        return Arrays.stream(values())
                .filter(mode -> mode.label().equals(label))
                .findFirst();
    }
}
