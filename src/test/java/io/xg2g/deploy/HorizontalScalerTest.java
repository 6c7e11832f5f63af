package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Test that the model of Kubernetes' autoscaler decides as its documentation says. */
class HorizontalScalerTest {
    private static final JsonNode BEHAVIOR = Yaml.read("""
            scaleUp: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: 2, periodSeconds: 60}]}
            scaleDown: {stabilizationWindowSeconds: 300, policies: [{type: Pods, value: 1, periodSeconds: 300}]}
            """);

    private final HorizontalScaler scaler = new HorizontalScaler(1, 10, 0.8, BEHAVIOR);

    @Test
    void aRatioWithinTheToleranceChangesNothing() {
        assertThat(decide(0, 4, 4, 0.87)).isEqualTo(4);
        assertThat(decide(15, 4, 4, 0.73)).isEqualTo(4);
    }

    @Test
    void theRatioCountsReadyPodsOnly() {
        assertThat(decide(0, 4, 2, 1.2)).as("ceil(1.5 * 2) is not more").isEqualTo(4);
        assertThat(decide(15, 4, 4, 1.2)).isEqualTo(6);
    }

    @Test
    void noMoreThanTheRateOfPodsIsAdded() {
        assertThat(decide(0, 2, 2, 8)).isEqualTo(4);
        assertThat(decide(15, 4, 2, 8)).isEqualTo(4);
        assertThat(decide(60, 4, 4, 8)).isEqualTo(6);
        assertThat(decide(120, 9, 9, 8)).as("the maximum").isEqualTo(10);
    }

    @Test
    void thePolicyThatAllowsMostCounts() {
        JsonNode behavior = Yaml.read("""
                scaleUp: {policies: [{type: Pods, value: 2, periodSeconds: 60}, {type: Percent, value: 50, periodSeconds: 60}]}
                scaleDown: {policies: [{type: Pods, value: 1, periodSeconds: 60}, {type: Percent, value: 10, periodSeconds: 60}]}
                """);
        HorizontalScaler large = new HorizontalScaler(1, 100, 0.8, behavior);

        assertThat(large.next(0, 21, 21, OptionalDouble.of(8))).isEqualTo(32);
        assertThat(large.next(60, 3, 3, OptionalDouble.of(8))).isEqualTo(5);
        assertThat(large.next(120, 40, 40, OptionalDouble.of(0.1))).isEqualTo(36);
        assertThat(large.next(180, 5, 5, OptionalDouble.of(0.1))).isEqualTo(4);
    }

    @Test
    void podsAreRemovedOneByOneAfterTheMetricWasLowForLong() {
        assertThat(decide(0, 5, 5, 0.8)).isEqualTo(5);
        assertThat(decide(285, 5, 5, 0.1)).isEqualTo(5);
        assertThat(decide(300, 5, 5, 0.1)).isEqualTo(4);
        assertThat(decide(315, 4, 4, 0.1)).isEqualTo(4);
        assertThat(decide(600, 4, 4, 0.1)).isEqualTo(3);
    }

    @Test
    void withoutAMetricNothingChanges() {
        assertThat(scaler.next(0, 3, 3, OptionalDouble.empty())).isEqualTo(3);
    }

    private int decide(long second, int replicas, int ready, double metric) {
        return scaler.next(second, replicas, ready, OptionalDouble.of(metric));
    }
}
