package io.xg2g.dispatch;

import io.smallrye.mutiny.Uni;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.ffmpeg.Transcoder;
import io.xg2g.gpu.Device;
import io.xg2g.process.ProcessPriority;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.DoubleConsumer;
import org.eclipse.microprofile.faulttolerance.Bulkhead;
import org.jboss.logging.Logger;

/**
 * Runner of units behind a bulkhead, which bounds the number of units that run at once.
 *
 * <p>Called only by the {@link Dispatcher}, which counts the slots of each device. The bulkhead therefore never queues or rejects a
 * unit; if it does, that is a bug, and the unit fails instead of overloading a device.
 */
@ApplicationScoped
public class GpuSlots {
    /** Value of the bulkhead, and upper bound of the slots, with {@code workers=auto}. */
    static final int AUTO_LIMIT = 64;

    private static final Logger LOG = Logger.getLogger(GpuSlots.class);

    private final Transcoder transcoder;

    GpuSlots(Transcoder transcoder) {
        this.transcoder = transcoder;
    }

    /**
     * Runs a unit on a virtual thread.
     *
     * @param priority of the unit's process
     * @param stop stops the run; the outcome follows when the process has ended
     * @return the outcome, on the thread of the run; never fails
     */
    @Bulkhead // Its value, the number of slots, is set in application.properties.
    public Uni<TranscodeOutcome> run(
            TranscodeUnit unit, Device device, ProcessPriority priority, DoubleConsumer progress, StopSignal stop) {
        return Uni.createFrom()
                .emitter(emitter -> Thread.ofVirtual()
                        .name("unit-" + device.id())
                        .start(() -> emitter.complete(outcome(unit, device, priority, progress, stop))));
    }

    private TranscodeOutcome outcome(
            TranscodeUnit unit, Device device, ProcessPriority priority, DoubleConsumer progress, StopSignal stop) {
        stop.begin();
        try {
            return transcoder.transcode(unit, device, priority, progress);
        } catch (RuntimeException | Error bug) {
            LOG.errorf(bug, "run threw: gpu=%s", device.id());
            return new TranscodeOutcome.Failed(
                    "none", new Failure(Failure.Kind.CRASH, "the run ended with an internal error"));
        } finally {
            stop.end();
        }
    }
}
