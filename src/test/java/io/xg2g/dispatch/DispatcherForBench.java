package io.xg2g.dispatch;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.mutiny.Uni;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.GpuLoad;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Factory of a dispatcher as in production, except for the work of its slots. */
public final class DispatcherForBench {
    /** Result of every simulated unit. */
    public static final TranscodeOutcome DONE = new TranscodeOutcome.Produced("h264_test", List.of());

    private static final TranscodeUnit TWO_SECONDS = Requests.unit("unit");

    private DispatcherForBench() {}

    /** One device with these slots, whose units call {@code run}. */
    @SuppressWarnings("deprecation") // Quarkus 3.34 still brings the client library that Micrometer replaces.
    public static Dispatcher dispatcher(int waiting, int slots, Supplier<Uni<TranscodeOutcome>> run) {
        Dispatcher dispatcher = new Dispatcher(
                new QueueSettings(waiting, slots, Duration.ofSeconds(30), true, SoftwareConfig.Policy.AUTO),
                (_, _, _, _, _) -> run.get(),
                _ -> Uni.createFrom().item(true),
                _ -> GpuLoad.UNKNOWN,
                TimeSource.SYSTEM,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                OpenTelemetry.noop().getTracer("bench"),
                _ -> {});
        dispatcher.install(List.of(DispatcherSetup.gpu("gpu0", slots)));
        return dispatcher;
    }

    /** A gateway without devices, which asks for slots of workers. */
    @SuppressWarnings("deprecation") // As above.
    public static Dispatcher gateway(int waiting, TimeSource time, SlotDemand demand) {
        Dispatcher dispatcher = new Dispatcher(
                new QueueSettings(waiting, 1, Duration.ofSeconds(30), true, SoftwareConfig.Policy.AUTO),
                (_, _, _, _, _) -> {
                    throw new IllegalStateException("there is no device");
                },
                _ -> Uni.createFrom().item(true),
                _ -> GpuLoad.UNKNOWN,
                time,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                OpenTelemetry.noop().getTracer("bench"),
                _ -> {});
        dispatcher.install(List.of());
        dispatcher.remote(demand);
        return dispatcher;
    }

    /** A request for a unit of two seconds, of a live channel if it has a due time. */
    public static TranscodeRequest request(
            String id,
            String client,
            Priority priority,
            TranscodeRequest.Listener listener,
            TranscodeRequest.@Nullable DueTime due) {
        String stream = due == null ? null : client;
        return new TranscodeRequest(id, client, stream, priority, TWO_SECONDS, listener, due);
    }

    /** A request for a unit of two seconds. */
    public static TranscodeRequest request(String id, String client, @Nullable String stream, Priority priority) {
        return request(id, client, stream, priority, Duration.ofSeconds(2));
    }

    /** A request for a unit of that playing time. */
    public static TranscodeRequest request(
            String id, String client, @Nullable String stream, Priority priority, Duration media) {
        return new TranscodeRequest(
                id, client, stream, priority, Requests.unit("unit", media), TranscodeRequest.Listener.NONE);
    }
}
