package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FrameLoadTest {
    private final ManualTime time = new ManualTime();
    private final FrameLoad load = new FrameLoad(time::nanoTime);

    @Test
    void theLoadIsThatSinceTheLastMeasurement() {
        TestFrame frame = new TestFrame("garten", 1);
        load.add(frame.frame());
        time.advance(Duration.ofSeconds(4));
        assertThat(load.measured()).as("too short").isEmpty();

        load.add(new TestFrame("vorgarten", 1).frame());
        time.advance(Duration.ofSeconds(6));

        assertThat(load.measured()).hasValueSatisfying(measured -> {
            assertThat(measured.cameras()).isEqualTo(2);
            assertThat(measured.frames()).isEqualTo(2);
            assertThat(measured.over()).isEqualTo(Duration.ofSeconds(10));
        });
        time.advance(Duration.ofSeconds(10));
        assertThat(load.measured()).as("without frames").isEmpty();
    }
}
