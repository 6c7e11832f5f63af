package io.xg2g.channel;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Live channels and how they are delivered. */
@ConfigMapping(prefix = "xg2g.live")
public interface LiveConfig {

    /** The built-in channel {@code demo}: a moving picture with a clock, and a tone. {@code make run} switches it on. */
    @WithDefault("false")
    boolean demo();

    /** How far back a player can go: 10s to 24h. */
    @WithDefault("60s")
    Duration window();

    /** How many bytes the renditions of one channel may take in the work directory: 16M to 1T. */
    @WithDefault("1G")
    MemorySize windowBytes();

    /** How many bytes of the segments that were fetched last are kept in memory, of all channels together: 0 to 4G. */
    @WithDefault("32M")
    MemorySize memory();

    /**
     * How many channels run at once, 1 to 10000; {@code auto} is one for each 256 MiB of memory and 16 for each processor,
     * whichever is less, and at least 4. When all run, one that nobody watches gives way.
     */
    @WithDefault("auto")
    String maxStreams();

    /** How many continuous streams ({@code stream.ts}, {@code audio.aac}) one client may have open: 1 to 1000000. */
    @WithDefault("32")
    int maxStreamsPerClient();

    /** A channel that nobody has watched for this long is stopped: 5s to 1h. */
    @WithDefault("30s")
    Duration idleTimeout();

    /** How long a player's first request waits for the first segment, before it is told to come again: 1s to 1m. */
    @WithDefault("15s")
    Duration startTimeout();

    /** A source that sends nothing for this long is opened anew: 1s to 1m. */
    @WithDefault("10s")
    Duration sourceTimeout();

    /** A preview is made anew when it is older than this: 1s to 1h. */
    @WithDefault("10s")
    Duration previewInterval();

    /** The file that keeps the channels added by the API across restarts. */
    @WithDefault("${xg2g.data-dir}/channels.json")
    Path channelsFile();

    /**
     * Channels by id. An id has 1 to 64 lower-case letters, digits, hyphens or underscores and begins with a letter or
     * digit.
     */
    Map<String, ChannelConfig> channels();

    /** One configured channel. */
    interface ChannelConfig {
        /**
         * Where it comes from: an {@code http}, {@code https}, {@code rtsp}, {@code rtsps}, {@code srt} or {@code udp} URL,
         * or {@code file:} and the absolute path of a file that is played over and over.
         */
        String url();

        /** The user of an {@code http}, {@code https}, {@code rtsp} or {@code rtsps} source, where the URL names none. */
        Optional<String> username();

        /** That user's password, as it is; in a URL it would have to be percent-encoded. */
        Optional<String> password();

        /** What people call it; the id where it is left out. */
        Optional<String> name();

        /** The group it is listed in. */
        @WithDefault("Channels")
        String group();

        /** An {@code http} or {@code https} URL of its logo. */
        Optional<String> logo();
    }
}
