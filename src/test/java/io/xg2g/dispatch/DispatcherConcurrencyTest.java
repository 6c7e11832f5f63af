package io.xg2g.dispatch;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.gpu.GpuLoad;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.StringGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Linearizability of the dispatcher's entry points. Starts are not included, because they follow a change outside the lock:
 * the units that end here were started before the threads.
 */
@Tag("lincheck")
@Param(name = "id", gen = StringGen.class, conf = "1:ab")
public final class DispatcherConcurrencyTest {
    private final Map<String, UniEmitter<? super TranscodeOutcome>> runs = new ConcurrentHashMap<>();
    private final Dispatcher dispatcher = new Dispatcher(
            new QueueSettings(2, 2, Duration.ofSeconds(30), true, SoftwareConfig.Policy.NEVER),
            (unit, _, _, _, _) ->
                    Uni.createFrom().emitter(emitter -> runs.put(unit.input().toString(), emitter)),
            _ -> Uni.createFrom().item(true),
            _ -> GpuLoad.UNKNOWN,
            new ManualTime(),
            // Without a registry, since many dispatchers are created at once.
            new CompositeMeterRegistry(),
            OpenTelemetry.noop().getTracer("test"),
            _ -> {});

    public DispatcherConcurrencyTest() {
        dispatcher.install(List.of(DispatcherSetup.gpu("gpu0", 1), DispatcherSetup.gpu("gpu1", 1)));
        submit("x0");
        submit("y0");
    }

    /** Results of the submission itself; results from other threads are recorded there. */
    @Operation
    public String submit(@Param(name = "id") String id) {
        Thread submitter = Thread.currentThread();
        AtomicReference<String> answer = new AtomicReference<>("taken");
        dispatcher
                .submit(Requests.normal(id))
                .subscribe()
                .with(
                        result -> {
                            if (Thread.currentThread() == submitter) {
                                answer.set(result.toString());
                            }
                        },
                        failure -> answer.set(failure.getMessage()));
        return answer.get();
    }

    @Operation
    public boolean cancel(@Param(name = "id") String id) {
        return dispatcher.cancel(id);
    }

    @Operation
    public String position(@Param(name = "id") String id) {
        return dispatcher.position(id).toString();
    }

    @Operation
    public String state() {
        QueueSnapshot snapshot = dispatcher.snapshot();
        return snapshot.waiting() + " wait, " + snapshot.running() + " run";
    }

    @Operation(runOnce = true)
    public void complete() {
        runs.get("x0").complete(new TranscodeOutcome.Produced("h264_test", List.of()));
    }

    @Operation(runOnce = true)
    public void fault() {
        runs.get("y0")
                .complete(new TranscodeOutcome.Failed(
                        "h264_test", new Failure(Failure.Kind.DEVICE_FAULT, "made to fail")));
    }

    @Operation(runOnce = true)
    public void drain() {
        dispatcher.drain();
    }

    /** {@code make nightly} runs ten times as many iterations. */
    @Test
    void entryPointsAreLinearizable() {
        new StressOptions()
                .iterations(Integer.getInteger("lincheck.iterations", 8))
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .check(DispatcherConcurrencyTest.class);
    }
}
