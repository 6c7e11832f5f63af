package io.xg2g.ops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The service as a whole. Being the root of all keys, it makes an unknown one a start-up error. */
@ConfigMapping(prefix = "xg2g")
public interface OpsConfig {

    /** How long running units may still take when the service is told to end: 0s to 1h. */
    @WithDefault("20s")
    Duration shutdownGrace();
}
