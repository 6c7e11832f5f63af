package io.xg2g.ffmpeg;

import io.xg2g.gpu.Device;
import io.xg2g.process.ProcessPriority;
import java.util.function.DoubleConsumer;

/** Transcoder of units on devices. */
public interface Transcoder {

    /**
     * Runs a unit to its end on the calling thread.
     *
     * <p>An interrupt stops the run: after the child process has ended, the method returns a {@link Failure.Kind#STOPPED}
     * failure. Failures of media, disk or device are returned, not thrown.
     *
     * @param priority priority of the process
     * @param progress receives the completed fraction, 0 to 1, several times, on the calling thread
     */
    TranscodeOutcome transcode(TranscodeUnit unit, Device device, ProcessPriority priority, DoubleConsumer progress);
}
