package io.xg2g.storage;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Where data lies that outlives the process. */
@ConfigMapping(prefix = "xg2g")
public interface StorageConfig {

    /**
     * The directory for what has to survive a restart, for instance the channels that were added by the API. It is locked by
     * one running program, and is readable by its owner only where the program has created it. Not below {@code /tmp} or
     * {@code /var/tmp}, which are cleaned by others.
     */
    @WithDefault("${xg2g.ffmpeg.work-dir}/data")
    Path dataDir();
}
