package io.xg2g.upload;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;

/** Settings of uploads with a few keys set. */
final class TestUploadConfig {
    private TestUploadConfig() {}

    /**
     * Reads settings.
     *
     * @param keys below {@code xg2g.upload.}, and values
     */
    static UploadSettings of(Map<String, String> keys) {
        SmallRyeConfigBuilder config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withMapping(UploadConfig.class);
        keys.forEach((key, value) ->
                config.withSources(new PropertiesConfigSource(Map.of("xg2g.upload." + key, value), key, 100)));
        return new UploadSettings(config.build().getConfigMapping(UploadConfig.class));
    }
}
