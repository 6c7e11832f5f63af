package io.xg2g.dispatch;

import io.smallrye.mutiny.Uni;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.Device;
import io.xg2g.process.ProcessPriority;
import java.util.function.DoubleConsumer;

/** Runner of units on devices; {@link GpuSlots#run} except in tests. */
interface UnitRunner {
    Uni<TranscodeOutcome> run(
            TranscodeUnit unit, Device device, ProcessPriority priority, DoubleConsumer progress, StopSignal stop);
}
