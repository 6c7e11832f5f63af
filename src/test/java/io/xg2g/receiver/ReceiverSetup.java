package io.xg2g.receiver;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.receiver.ReceiverSimulator.Port;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Receivers for tests. */
final class ReceiverSetup {
    static final BreakerSettings BREAKER = new BreakerSettings(5, Duration.ofSeconds(30), 3);

    /** Time limit for a response of a simulator. */
    static final Duration TIMEOUT = Patience.seconds(1);

    /** Time limit for a stream of its relay. */
    private static final Duration RELAY_TIMEOUT = Patience.seconds(3);

    private ReceiverSetup() {}

    /** Settings with the default durations. */
    static ReceiverSettings settings(int maxStreams) {
        return new ReceiverSettings(
                "box",
                URI.create("http://box.test"),
                Optional.empty(),
                new ReceiverSettings.Ports(8001, 17999),
                timing(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(8)),
                maxStreams);
    }

    /** Settings for a simulator: no pacing, and short timeouts. */
    static ReceiverSettings settings(ReceiverSimulator simulator, int maxStreams) {
        return new ReceiverSettings(
                "box",
                simulator.url(),
                Optional.of(new Credentials("root", "s3cret")),
                new ReceiverSettings.Ports(simulator.port(Port.STREAM), simulator.port(Port.RELAY)),
                timing(Duration.ofMillis(5), TIMEOUT, RELAY_TIMEOUT),
                maxStreams);
    }

    static Receiver receiver(ReceiverSimulator simulator, BreakerSettings breaker, MeterRegistry registry) {
        return new Receiver(settings(simulator, 0), breaker, new ReceiverMetrics(registry), TimeSource.SYSTEM, _ -> {});
    }

    static Receiver receiver(ReceiverSimulator simulator) {
        return receiver(simulator, BREAKER, new SimpleMeterRegistry());
    }

    static ReceiverSettings.Timing timing(Duration pace, Duration timeout, Duration relayTimeout) {
        return new ReceiverSettings.Timing(
                timeout, relayTimeout, pace, Duration.ofHours(24), Duration.ofSeconds(60), Duration.ofMinutes(10));
    }

    /** A service reference with this number. */
    static ServiceReference service(int number) {
        return new ServiceReference("1:0:19:%X:3EF:1:C00000:0:0:0:".formatted(number));
    }
}
