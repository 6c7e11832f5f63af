package io.xg2g.channel;

import io.xg2g.ingest.Source;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Channel that clients can watch.
 *
 * @param id path element in URLs: {@value #ID}
 * @param name display name
 * @param group group in lists of channels; the bouquet of a receiver's service
 * @param logo URL of the logo
 * @param source source of the media
 * @param program number of the program of a transport stream; empty for the first one that has video, or else audio
 * @param origin origin of the definition
 * @param number channel number in lists: 1 to 99999
 */
public record Channel(
        String id,
        String name,
        String group,
        Optional<URI> logo,
        Source source,
        OptionalInt program,
        Origin origin,
        Optional<Integer> number) {

    /** Creates a channel without a program and a number. */
    public Channel(String id, String name, String group, Optional<URI> logo, Source source, Origin origin) {
        this(id, name, group, logo, source, OptionalInt.empty(), origin, Optional.empty());
    }

    /** Regular expression of an id. */
    public static final String ID = "[a-z0-9][a-z0-9_-]{0,63}";

    /** Origin of a channel's definition. */
    public enum Origin {
        BUILT_IN,
        CONFIGURATION,
        API,
        RECEIVER
    }
}
