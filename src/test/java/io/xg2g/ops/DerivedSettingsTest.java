package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings with defaults that follow from other settings. */
class DerivedSettingsTest {
    private static final String SLOTS = "xg2g.gpu.software.slots";
    private static final String WORKERS = "xg2g.gpu.queue.workers";

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // configured workers and software slots, and the resulting slots
                "-, -, -",
                "6, -, 6",
                "6, 2, 2",
                "-, 2, 2",
                "auto, -, auto"
            })
    void softwareSlotsFollowConfiguredWorkers(String workers, String slots, String derived) {
        Map<String, String> operator = new java.util.HashMap<>();
        if (workers != null) {
            operator.put(WORKERS, workers);
        }
        if (slots != null) {
            operator.put(SLOTS, slots);
        }

        assertThat(new SmallRyeConfigBuilder()
                        .withSources(new PropertiesConfigSource(operator, "the operator's", 300))
                        .withInterceptors(new DerivedSettings())
                        .build()
                        .getConfigValue(SLOTS)
                        .getValue())
                .isEqualTo(derived);
    }
}
