package io.xg2g.channel;

import com.sun.management.OperatingSystemMXBean;
import io.xg2g.config.ConfigBounds;
import io.xg2g.media.StreamPreferences;
import io.xg2g.source.HlsPreferences;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

/** Validated form of {@link LiveConfig}. */
@Singleton
public class LiveSettings {
    private static final String PREFIX = "xg2g.live.";
    private static final int MAX_STREAMS = 10_000;

    /** Estimate for the segmenter, the encoders and the heap of one channel. */
    private static final long MEMORY_PER_STREAM = 256L << 20;

    private static final int STREAMS_PER_PROCESSOR = 16;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Duration window;
    private final long windowBytes;
    private final long memory;
    private final int maxStreams;
    private final int maxStreamsPerClient;
    private final Duration idleTimeout;
    private final Duration startTimeout;
    private final Duration sourceTimeout;
    private final Duration slate;
    private final Duration previewInterval;
    private final HlsPreferences hlsPreferences;
    private final List<String> audioLanguages;

    public LiveSettings(LiveConfig config) {
        window =
                ConfigBounds.duration(PREFIX + "window", config.window(), Duration.ofSeconds(10), Duration.ofHours(24));
        windowBytes = ConfigBounds.number(
                PREFIX + "window-bytes", config.windowBytes().asLongValue(), 16L << 20, 1L << 40);
        memory = ConfigBounds.number(PREFIX + "memory", config.memory().asLongValue(), 0, 4L << 30);
        maxStreams = ConfigBounds.countOrAuto(PREFIX + "max-streams", config.maxStreams(), MAX_STREAMS)
                .orElseGet(LiveSettings::streamsOfMachine);
        maxStreamsPerClient = (int)
                ConfigBounds.number(PREFIX + "max-streams-per-client", config.maxStreamsPerClient(), 1, 1_000_000);
        idleTimeout = ConfigBounds.duration(PREFIX + "idle-timeout", config.idleTimeout(), Duration.ofSeconds(5), HOUR);
        startTimeout = ConfigBounds.duration(PREFIX + "start-timeout", config.startTimeout(), SECOND, MINUTE);
        sourceTimeout = ConfigBounds.duration(PREFIX + "source-timeout", config.sourceTimeout(), SECOND, MINUTE);
        slate = ConfigBounds.duration(PREFIX + "slate", config.slate(), Duration.ZERO, HOUR);
        previewInterval = ConfigBounds.duration(PREFIX + "preview-interval", config.previewInterval(), SECOND, HOUR);
        audioLanguages = languages(config.audioLanguages().orElse(List.of()));
        hlsPreferences = new HlsPreferences(
                (int) ConfigBounds.number(PREFIX + "hls-max-height", config.hlsMaxHeight(), 144, 4320), audioLanguages);
    }

    private static List<String> languages(List<String> tags) {
        for (String tag : tags) {
            if (!tag.matches("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")) {
                throw ConfigBounds.outside(
                        PREFIX + "audio-languages", tag, "codes of ISO 639 of two or three letters, and language tags");
            }
        }
        return tags;
    }

    /** Returns the preferences among the variants and audio renditions of HLS sources. */
    HlsPreferences hlsPreferences() {
        return hlsPreferences;
    }

    /** Returns the preferences among the programs and the audio of a channel. */
    public StreamPreferences streamPreferences(Channel channel) {
        return new StreamPreferences(channel.program(), audioLanguages);
    }

    public Duration window() {
        return window;
    }

    public long memory() {
        return memory;
    }

    /** Returns the maximum number of running channels. */
    int maxStreams() {
        return maxStreams;
    }

    /** Returns the number of channels for the machine's memory and processors. */
    private static int streamsOfMachine() {
        long memory =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        int processors = Runtime.getRuntime().availableProcessors();
        return Math.clamp(
                Math.min(memory / MEMORY_PER_STREAM, (long) STREAMS_PER_PROCESSOR * processors), 4, MAX_STREAMS);
    }

    public int maxStreamsPerClient() {
        return maxStreamsPerClient;
    }

    long windowBytes() {
        return windowBytes;
    }

    Duration idleTimeout() {
        return idleTimeout;
    }

    public Duration startTimeout() {
        return startTimeout;
    }

    Duration slate() {
        return slate;
    }

    Duration sourceTimeout() {
        return sourceTimeout;
    }

    public Duration previewInterval() {
        return previewInterval;
    }
}
