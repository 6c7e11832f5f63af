package io.xg2g.ffmpeg;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Starts the processes of cameras without the rest of the program. */
public final class FrameProcesses implements AutoCloseable {
    private final TranscodingSetup setup;

    /** Creates its files below the directory. */
    public FrameProcesses(Path directory) {
        setup = new TranscodingSetup(directory, Map.of());
    }

    /** Starts a process as {@link MediaProcesses#frames}. */
    public MediaProcess start(URI source, SourceKind kind, FrameOptions options) {
        return setup.processes.frames(source, kind, options);
    }

    /** Starts a process as {@link MediaProcesses#framesOfStream}. */
    public MediaProcess startOfStream(FrameOptions options, Duration skipped) {
        return setup.processes.framesOfStream(options, skipped);
    }

    @Override
    public void close() {
        setup.close();
    }
}
