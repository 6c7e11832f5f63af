package io.xg2g.transcode;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Transcode API. */
@ConfigMapping(prefix = "xg2g.transcode")
public interface TranscodeConfig {

    /** Maximum size of a body or of a fetched source: 1 byte to 1T. */
    @WithDefault("64M")
    MemorySize maxBody();

    /** Idle timeout of a body or a source; a request whose body stalls for this long is refused: 100ms to 1h. */
    @WithDefault("15s")
    Duration bodyTimeout();

    /** Retention time of completed and cancelled jobs, from their end: 1s to 7d. */
    @WithDefault("10m")
    Duration keep();

    /** Retention time of failed and dead jobs with their inputs, from their end: 1s to 30d. */
    @WithDefault("24h")
    Duration keepFailed();

    /**
     * Maximum total size of retained renditions, and of the inputs of failed and dead jobs; above it, the oldest jobs of the client
     * with the largest total are removed first: 0 to 16T.
     */
    @WithDefault("2G")
    MemorySize keepBytes();

    /** Maximum number of jobs that wait or run, of which one client has at most half: 1 to 100000. */
    @WithDefault("1000")
    int maxJobs();

    /** Maximum total size of the inputs of these jobs on disk, of which one client has at most half: 1 byte to 16T. */
    @WithDefault("8G")
    MemorySize maxJobBytes();

    /** Number of attempts of a job that fails for a reason that may pass: 1 to 10. */
    @WithDefault("3")
    int attempts();

    /** Longest delay before the second attempt, doubled for each further one, at most 5 minutes, minus up to a half at random: 100ms to 5m. */
    @WithDefault("2s")
    Duration retryDelay();

    /** Notifications of the end of jobs. */
    Callback callback();

    /** Notifications of the end of jobs. */
    interface Callback {
        /**
         * Key that signs callbacks (HMAC-SHA256): at least 32 characters. Without one, requests with a callback are refused.
         */
        Optional<String> secret();

        /** Number of attempts to deliver a callback: 1 to 100. */
        @WithDefault("15")
        int attempts();

        /** Longest delay before the second attempt, doubled for each further one, at most 10 minutes, minus up to a half at random: 100ms to 10m. */
        @WithDefault("2s")
        Duration retryDelay();

        /** Time after which a callback that was not delivered is given up: 1m to 30d. */
        @WithDefault("24h")
        Duration maxAge();

        /** Timeout of one attempt: 100ms to 1m. */
        @WithDefault("10s")
        Duration timeout();
    }
}
