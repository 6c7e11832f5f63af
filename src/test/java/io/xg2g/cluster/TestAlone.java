package io.xg2g.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.TasksByHand;
import io.xg2g.schedule.TimeSource;
import java.util.Optional;

/** Parts of a program on its own, for tests of other packages. */
public final class TestAlone {
    private TestAlone() {}

    /** Returns leases that nobody shares. */
    public static Leases leases() {
        ManualTime time = new ManualTime();
        return new Leases(
                false, new MemoryLeases(time), new TestMembers("a", time).members, time, new SimpleMeterRegistry());
    }

    /** Returns members: there are none. */
    public static Members members() {
        return new TestMembers("a", new ManualTime()).members;
    }

    /** Returns the elements in Redis: there are none, so that they are in a file. */
    public static SharedMaps maps() {
        return new SharedMaps(
                new SharedRedis(Optional.empty(), Vertx.vertx(), TimeSource.SYSTEM),
                new ObjectMapper(),
                new TasksByHand(),
                (String _) -> {});
    }
}
