package io.xg2g.storage;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Storage of data that outlives the process. */
@ConfigMapping(prefix = "xg2g")
public interface StorageConfig {

    /**
     * Directory for data that survives a restart, for instance the channels that were added through the API. One
     * running program locks it; if the program creates it, only its owner can read it. Do not place it below
     * {@code /tmp} or {@code /var/tmp}, which other programs clean up.
     */
    @WithDefault("${xg2g.ffmpeg.work-dir}/data")
    Path dataDir();
}
