package io.xg2g.ops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * Properties of the service as a whole. As the root of all keys, this mapping makes an unknown key a start-up error.
 */
@ConfigMapping(prefix = "xg2g")
public interface OpsConfig {

    /** How long running units may continue after the service was told to stop: 0s to 1h. */
    @WithDefault("20s")
    Duration shutdownGrace();
}
