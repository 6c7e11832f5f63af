package io.xg2g.upload;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Uploads of live channels to an HTTP server or an S3 bucket. */
@ConfigMapping(prefix = "xg2g.upload")
public interface UploadConfig {

    /**
     * URL of a directory that accepts PUT, for instance {@code https://cdn.example.org/live/}, with WebDAV or without:
     * {@code http} or {@code https}, a host, and possibly port and path; without credentials. Nothing is uploaded without
     * this or {@code xg2g.upload.s3.bucket}.
     */
    Optional<String> url();

    /** User name of the HTTP server, for basic authentication. */
    Optional<String> username();

    /** Password of the user. */
    Optional<String> password();

    /** Token of the HTTP server, for bearer authentication; not together with a user name. */
    Optional<String> token();

    /** Bucket with the S3 API, instead of a URL. */
    S3 s3();

    /** Ids of the uploaded channels, or {@code all}. Channels are uploaded while they run. */
    @WithDefault("all")
    List<String> channels();

    /** Ids of the channels that are uploaded before all others, and have a queue of their own. */
    Optional<List<String>> premium();

    /** Whether the channels that are named in {@code xg2g.upload.channels} run without viewers, too. */
    @WithDefault("false")
    boolean keepRunning();

    /**
     * Whether segments are deleted from the target after they have left the playlists there, 30 s later. With S3, also
     * possible by a lifecycle rule of the bucket.
     */
    @WithDefault("false")
    boolean deleteOld();

    /** Maximum number of channels that are uploaded at once: 1 to 64. */
    @WithDefault("4")
    int parallel();

    /** Timeout of a request to the target: 1s to 10m. */
    @WithDefault("30s")
    Duration timeout();

    /** Maximum size of what waits for its upload in the data directory: 64M to 1T. Beyond, the oldest windows are dropped. */
    @WithDefault("1G")
    MemorySize maxBytes();

    /**
     * Maximum size of the results of transcodes that wait for their upload, of which one client has at most half: 1M to 16T. Beyond,
     * transcodes with an upload wait, and further ones are refused.
     */
    @WithDefault("4G")
    MemorySize maxResultBytes();

    /** Maximum size of what waits for its upload in memory: 16M to 4G. */
    @WithDefault("64M")
    MemorySize memory();

    /** Time after which a window that could not be uploaded is dropped: 10s to 30d. */
    @WithDefault("1h")
    Duration maxAge();

    /** Bucket with the S3 API. */
    interface S3 {
        /** Name of the bucket: 3 to 63 lower-case letters, digits, dots and hyphens. */
        Optional<String> bucket();

        /** URL of the service, {@code http} or {@code https}, without path; default: that of AWS in the region. */
        Optional<String> endpoint();

        /** Region, which is part of each signature: 1 to 64 lower-case letters, digits and hyphens. */
        @WithDefault("us-east-1")
        String region();

        /** Beginning of all keys, for instance {@code live/}: letters, digits, and {@code . _ ~ / -}. */
        Optional<String> prefix();

        /**
         * Whether the bucket is in the path of the URL ({@code https://s3.example.org/bucket/…}), as most servers other
         * than AWS need it, instead of the host name.
         */
        @WithDefault("false")
        boolean pathStyle();

        /** Access key id. */
        Optional<String> accessKey();

        /** Secret access key. */
        Optional<String> secretKey();
    }
}
