package io.xg2g.ffmpeg;

import io.xg2g.gpu.Device;
import io.xg2g.process.ProcessPriority;
import java.util.function.DoubleConsumer;

/** Turns one unit into its renditions on one device. */
public interface Transcoder {

    /**
     * Runs the unit to its end on the calling thread, which should be a virtual one.
     *
     * <p>Interrupting the thread stops the run: the method returns a {@link Failure.Kind#STOPPED} failure once the
     * child process has ended, not before. It never throws for anything that media, disk or device can cause.
     *
     * @param priority of its process
     * @param progress told the finished share, 0 to 1, several times; on the calling thread
     */
    TranscodeOutcome transcode(TranscodeUnit unit, Device device, ProcessPriority priority, DoubleConsumer progress);
}
