package io.xg2g.channel;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Mode of a playback. */
public enum PlaybackMode {
    /** HLS or DASH: playlists or a manifest, and segments. */
    ADAPTIVE,
    /** Transport stream of the source's unmodified bytes. */
    STANDARD,
    /** Transport stream of the source's video with AAC-LC audio. */
    AUDIO_PROXY,
    /** Transport stream of one rendition of the ladder. */
    GPU,
    /** Audio only. */
    AUDIO;

    /** Names of the modes with transport streams, for error messages. */
    public static final String TRANSPORT_STREAMS = "standard, audio_proxy, gpu";

    /** Returns the name in URLs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the mode with the given name. */
    public static Optional<PlaybackMode> find(String label) {
        return Arrays.stream(values())
                .filter(mode -> mode.label().equals(label))
                .findFirst();
    }

    /** Returns the mode with the given name, if it has a transport stream. */
    public static Optional<PlaybackMode> findTransportStream(String label) {
        return find(label).filter(mode -> mode != ADAPTIVE && mode != AUDIO);
    }
}
