package io.xg2g.telemetry;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.time.Duration;

/** Configuration for tests: the defaults, except for the bounds of the repository. */
record TestTelemetryConfig(int points, int maxSeries, long bytes) implements TelemetryConfig {
    static final TestTelemetryConfig DEFAULT = new TestTelemetryConfig(17_280, 10_000, 256L << 20);

    TelemetryRepository repository() {
        return new TelemetryRepository(this);
    }

    @Override
    public MemorySize memory() {
        return new MemorySize(BigInteger.valueOf(bytes));
    }

    @Override
    public int maxReplays() {
        return 16;
    }

    @Override
    public MemorySize maxReplayBytes() {
        return new MemorySize(BigInteger.ONE.shiftLeft(32));
    }

    @Override
    public Duration replayTimeout() {
        return Duration.ofSeconds(15);
    }
}
