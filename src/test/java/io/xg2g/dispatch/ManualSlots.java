package io.xg2g.dispatch;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.Device;
import io.xg2g.process.ProcessPriority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * Slots whose units end only when the test completes them. A unit is identified by the name of its input, which is the id
 * of its request.
 */
final class ManualSlots implements UnitRunner {

    /** One run. */
    record Run(
            String id,
            Device device,
            ProcessPriority priority,
            StopSignal stop,
            DoubleConsumer progress,
            UniEmitter<? super TranscodeOutcome> emitter) {}

    private final Map<String, Run> running = new LinkedHashMap<>();
    private final List<String> starts = new ArrayList<>();
    private final List<String> startsWithDevices = new ArrayList<>();

    @Override
    public Uni<TranscodeOutcome> run(
            TranscodeUnit unit, Device device, ProcessPriority priority, DoubleConsumer progress, StopSignal stop) {
        return Uni.createFrom().emitter(emitter -> {
            String id = unit.input().toString();
            starts.add(id);
            startsWithDevices.add(id + "@" + device.id());
            if (running.put(id, new Run(id, device, priority, stop, progress, emitter)) != null) {
                throw new IllegalStateException(id + " runs twice at once");
            }
        });
    }

    void complete(String id) {
        take(id).emitter().complete(new TranscodeOutcome.Produced("h264_test", List.of()));
    }

    /** Completes with one rendition of that playing time. */
    void complete(String id, Duration made) {
        Rendition rendition = new Rendition("480p", Path.of("480p.ts"), "video/mp2t", 1, 854, 480, made);
        take(id).emitter().complete(new TranscodeOutcome.Produced("h264_test", List.of(rendition)));
    }

    void fail(String id, Failure.Kind kind) {
        take(id).emitter().complete(new TranscodeOutcome.Failed("h264_test", new Failure(kind, "made to fail")));
    }

    /** Ends the run with an unexpected exception. */
    void crash(String id) {
        take(id).emitter().fail(new IllegalStateException("bulkhead is full"));
    }

    Run get(String id) {
        Run run = running.get(id);
        if (run == null) {
            throw new IllegalStateException(id + " does not run; what runs: " + running.keySet());
        }
        return run;
    }

    /** Running units, in the order of their starts. */
    List<String> running() {
        return List.copyOf(running.keySet());
    }

    /** All starts so far, in order; a moved unit occurs more than once. */
    List<String> starts() {
        return List.copyOf(starts);
    }

    /** {@link #starts} as {@code id@device}. */
    List<String> startsWithDevices() {
        return List.copyOf(startsWithDevices);
    }

    private Run take(String id) {
        Run run = get(id);
        running.remove(id);
        return run;
    }
}
