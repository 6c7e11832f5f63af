package io.xg2g.channel;

import io.xg2g.ingest.Source;
import java.net.URI;
import java.util.Optional;

/**
 * Something that can be watched.
 *
 * @param id its name in URLs: {@value #ID}
 * @param name what people call it
 * @param group the group it is listed in; a receiver's bouquet
 * @param logo where its logo is
 * @param source where its pictures come from
 * @param origin who has made it known
 */
public record Channel(String id, String name, String group, Optional<URI> logo, Source source, Origin origin) {
    /** What an id looks like. */
    static final String ID = "[a-z0-9][a-z0-9_-]{0,63}";

    /** Who has made a channel known. */
    public enum Origin {
        BUILT_IN,
        CONFIGURATION,
        API,
        RECEIVER
    }
}
