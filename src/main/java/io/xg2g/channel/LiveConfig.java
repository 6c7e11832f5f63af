package io.xg2g.channel;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Live channels and their delivery. */
@ConfigMapping(prefix = "xg2g.live")
public interface LiveConfig {

    /** Built-in channel {@code demo}: a test pattern with a clock, and a tone. {@code make run} enables it. */
    @WithDefault("false")
    boolean demo();

    /** Duration of the time shift buffer, that is how far back a player can seek: 10s to 24h. */
    @WithDefault("60s")
    Duration window();

    /** Maximum size of the renditions of one channel in the work directory: 16M to 1T. */
    @WithDefault("1G")
    MemorySize windowBytes();

    /** Size of the LRU cache of segments in memory, for all channels together: 0 to 4G. */
    @WithDefault("32M")
    MemorySize memory();

    /**
     * Maximum number of running channels: 1 to 10000, or {@code auto} for one per 256 MiB of memory and 16 per
     * processor, whichever is less, and at least 4. At the limit, a channel without viewers is stopped to start another
     * one.
     */
    @WithDefault("auto")
    String maxStreams();

    /** Maximum number of continuous streams ({@code stream.ts}, {@code audio.aac}) per client: 1 to 1000000. */
    @WithDefault("32")
    int maxStreamsPerClient();

    /** Time without viewers after which a channel is stopped: 5s to 1h. */
    @WithDefault("30s")
    Duration idleTimeout();

    /**
     * Maximum wait of a request for the first segment, before it is refused with {@code Retry-After}, as it is at once when the
     * source refuses: 1s to 1m.
     */
    @WithDefault("15s")
    Duration startTimeout();

    /** Time without data after which a source counts as stalled and is reopened: 1s to 1m. */
    @WithDefault("10s")
    Duration sourceTimeout();

    /**
     * Maximum duration of the slate that is published while the source is away, the last picture darkened, with «no signal
     * since» and the time: 0s to 1h; 0s for none.
     */
    @WithDefault("60s")
    Duration slate();

    /**
     * Maximum height of the variant that is taken from an HLS source, in lines: 144 to 4320. The best variant up to it is
     * taken; if all are larger, the smallest.
     */
    @WithDefault("1080")
    int hlsMaxHeight();

    /**
     * Preferred languages of the audio of sources that have several, the most preferred one first: codes of ISO 639
     * ({@code de}, {@code deu}) or language tags. Without them the source's default is taken. Audio description comes last.
     */
    Optional<List<String>> audioLanguages();

    /** Maximum age of a preview image: 1s to 1h. */
    @WithDefault("10s")
    Duration previewInterval();

    /** File of the channels that were added by the API. */
    @WithDefault("${xg2g.data-dir}/channels.json")
    Path channelsFile();

    /**
     * Channels by id. An id consists of 1 to 64 lower-case letters, digits, hyphens or underscores, and begins with a
     * letter or digit.
     */
    Map<String, ChannelConfig> channels();

    /** Configured channel. */
    interface ChannelConfig {
        /**
         * URL of the source: {@code http}, {@code https}, {@code rtsp}, {@code rtsps}, {@code rtmp}, {@code rtmps}, {@code srt},
         * {@code udp} or {@code rtp}, or {@code file:} and the absolute path of a file that is played in a loop.
         */
        String url();

        /**
         * User name of an {@code http}, {@code https}, {@code rtsp} or {@code rtsps} source, unless it is in the URL.
         */
        Optional<String> username();

        /** Password of the source, not percent-encoded; in the URL it has to be. */
        Optional<String> password();

        /** Display name; default: the id. */
        Optional<String> name();

        /** Group in lists of channels. */
        @WithDefault("Channels")
        String group();

        /** URL of the logo, {@code http} or {@code https}. */
        Optional<String> logo();

        /**
         * Request headers of an {@code http} or {@code https} source, by name, for instance {@code headers.User-Agent},
         * {@code headers.Referer}, {@code headers.Cookie} and {@code headers.Authorization}: up to 16. They are sent to
         * the host of {@code url} only, and appear in no log and no response.
         */
        Map<String, String> headers();

        /**
         * Transport of the media of an {@code rtsp} source: {@code tcp}, {@code udp}, or {@code auto} for TCP, and UDP if
         * the camera refuses TCP.
         */
        @WithDefault("auto")
        String rtspTransport();

        /**
         * Number of the program that is taken from a transport stream with several ({@code program_number}): 1 to 65535.
         * Default: the first one that has video, or else audio.
         */
        Optional<Integer> program();

        /**
         * Channel number in {@code channels.m3u} ({@code tvg-chno}): 1 to 99999. Channels with a number come first, in its
         * order; the others get the numbers behind them.
         */
        Optional<Integer> number();
    }
}
