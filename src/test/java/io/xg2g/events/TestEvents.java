package io.xg2g.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.bus.BusForBench;

/** Events for tests of other packages. */
public final class TestEvents {
    private TestEvents() {}

    /** Returns a publisher that keeps its events. */
    public static EventPublisher publisher() {
        return new EventPublisher(BusForBench.bus(), new ObjectMapper(), new SimpleMeterRegistry());
    }
}
