package io.xg2g.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BulkheadValueTest {
    private static final String KEY = "quarkus.fault-tolerance.\"io.xg2g.dispatch.GpuSlots/run\".bulkhead.value";

    @ParameterizedTest
    @CsvSource({"auto, 64", "7, 7"})
    void theBulkheadHasAsManyPermitsAsWorkersOrTheMaximumIfAutomatic(String workers, int value) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredInterceptors()
                .withSources(new PropertiesConfigSource(
                        Map.of("xg2g.gpu.queue.workers", workers, KEY, "${xg2g.gpu.queue.workers:4}"), "test", 100))
                .build();

        assertThat(config.getValue(KEY, Integer.class)).isEqualTo(value);
        assertThat(config.getValue("xg2g.gpu.queue.workers", String.class)).isEqualTo(workers);
    }
}
