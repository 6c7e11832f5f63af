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
 * The slots: as many units run at once as there are, and the bulkhead proves it.
 *
 * <p>Only the {@link Dispatcher} calls this. It counts slots itself, by device, so the bulkhead never has to queue or
 * refuse; should it ever, that is a bug which fails the unit instead of overrunning a device.
 */
@ApplicationScoped
public class GpuSlots {
    /** What {@code workers=auto} can come to at most: the value the bulkhead then has. */
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
     * @param stop ends the run; the result then comes when its process has ended
     * @return the outcome, on the run's thread; it never fails
     */
    @Bulkhead // The value is the number of slots: application.properties.
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
            LOG.errorf(bug, "run failed unexpectedly gpu=%s", device.id());
            return new TranscodeOutcome.Failed(
                    "none", new Failure(Failure.Kind.CRASH, "the run ended with an internal error"));
        } finally {
            stop.end();
        }
    }
}
