package io.xg2g.channel;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a playback fetches. */
public enum PlaybackMode {
    /** Playlists or a manifest, and segments. */
    ADAPTIVE,
    /** A transport stream of the source's bytes as they come. */
    STANDARD,
    /** A transport stream of the source's video; audio as AAC-LC. */
    AUDIO_PROXY,
    /** A transport stream of one rendition of the ladder. */
    GPU,
    /** The sound alone. */
    AUDIO;

    /** The names of what transport streams are made of, for messages. */
    public static final String TRANSPORT_STREAMS = "standard, audio_proxy, gpu";

    /** Its name in URLs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The mode of that name. */
    public static Optional<PlaybackMode> find(String label) {
        return Arrays.stream(values())
                .filter(mode -> mode.label().equals(label))
                .findFirst();
    }

    /** The mode of that name, if it is one of a transport stream. */
    public static Optional<PlaybackMode> findTransportStream(String label) {
        return find(label).filter(mode -> mode != ADAPTIVE && mode != AUDIO);
    }
}
