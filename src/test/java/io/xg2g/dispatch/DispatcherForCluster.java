package io.xg2g.dispatch;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.mutiny.Uni;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.GpuLoad;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleConsumer;

/** Factory of the dispatchers of gateways and workers, as in production except for the encoder. */
public final class DispatcherForCluster {
    private DispatcherForCluster() {}

    /** Encoder of a test. */
    public interface Encoder {
        /** Runs a unit to its end on the calling thread; interrupted when it is stopped. */
        TranscodeOutcome encode(TranscodeUnit unit, DoubleConsumer progress) throws InterruptedException;
    }

    /** A gateway without devices, for units that wait for ten minutes at most. */
    public static Dispatcher gateway(MeterRegistry registry) {
        return dispatcher(List.of(), registry, (_, _) -> {
            throw new AssertionError("a gateway without devices encodes nothing");
        });
    }

    /** A worker with one device. */
    public static Dispatcher worker(int slots, MeterRegistry registry, Encoder encoder) {
        return dispatcher(List.of(DispatcherSetup.gpu("gpu0", slots)), registry, encoder);
    }

    private static Dispatcher dispatcher(List<DeviceCapacity> devices, MeterRegistry registry, Encoder encoder) {
        Dispatcher dispatcher = new Dispatcher(
                new QueueSettings(10_000, 64, Duration.ofMinutes(10), true, SoftwareConfig.Policy.NEVER),
                (unit, _, _, progress, stop) -> Uni.createFrom()
                        .emitter(emitter -> Thread.ofVirtual().start(() -> {
                            stop.begin();
                            try {
                                emitter.complete(encoder.encode(unit, progress));
                            } catch (InterruptedException stopped) {
                                emitter.complete(new TranscodeOutcome.Failed(
                                        "none", new Failure(Failure.Kind.STOPPED, "stopped")));
                            } finally {
                                stop.end();
                            }
                        })),
                _ -> Uni.createFrom().item(true),
                _ -> GpuLoad.UNKNOWN,
                TimeSource.SYSTEM,
                registry,
                OpenTelemetry.noop().getTracer("test"),
                _ -> {});
        dispatcher.install(devices);
        return dispatcher;
    }

    /** Stops a run. */
    public static void stop(StopSignal signal) {
        signal.stop();
    }

    /**
     * A request of a level below that of playing streams, or of a live channel if it is due.
     *
     * @param started called when the request gets a slot
     */
    public static TranscodeRequest request(
            String id, String client, Priority priority, TranscodeUnit unit, boolean isDue, Runnable started) {
        long now = TimeSource.SYSTEM.nanoTime();
        return new TranscodeRequest(
                id,
                client,
                null,
                priority,
                unit,
                new TranscodeRequest.Listener() {
                    @Override
                    public void started(String device) {
                        started.run();
                    }
                },
                isDue
                        ? new TranscodeRequest.DueTime(
                                now,
                                now + Duration.ofMinutes(10).toNanos(),
                                false)
                        : null);
    }
}
