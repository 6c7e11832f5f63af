package io.xg2g.output;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;

/** Settings of outputs with a few keys set. */
final class TestOutputConfig {
    private TestOutputConfig() {}

    /**
     * Reads settings.
     *
     * @param keys below {@code xg2g.camera-outputs.}, and values
     */
    static OutputSettings of(Map<String, String> keys) {
        SmallRyeConfigBuilder config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(OutputConfig.class);
        keys.forEach((key, value) ->
                config.withSources(new PropertiesConfigSource(Map.of("xg2g.camera-outputs." + key, value), key, 100)));
        return new OutputSettings(config.build().getConfigMapping(OutputConfig.class));
    }
}
