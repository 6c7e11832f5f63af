package io.xg2g.gpu;

import io.xg2g.process.ChildEnvironment;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessSettings;
import io.xg2g.process.WorkDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Runs the programs by which GPUs are looked at. */
@ApplicationScoped
class GpuTools implements ToolRun {
    private static final int LARGEST_ANSWER = 1 << 20;
    /** What a shell, and Java, add to the number of the signal that has ended a process. */
    private static final int SIGNAL = 128;

    private final ProcessSettings settings;
    private final WorkDirectory work;

    GpuTools(ProcessSettings settings, WorkDirectory work) {
        this.settings = settings;
        this.work = work;
    }

    @Override
    public Ran run(List<String> command, Duration within) {
        Path directory;
        try {
            directory = work.create();
        } catch (UncheckedIOException full) {
            return new Ran(false, "", String.valueOf(full.getMessage()));
        }
        try {
            ChildProcess.Ended ended = ChildProcess.collect(
                    command,
                    directory,
                    ChildEnvironment.of(directory),
                    ChildProcess.Limits.within(within, settings.stopGrace()),
                    LARGEST_ANSWER);
            return new Ran(ended.success(), ended.output(), ended.success() ? "" : problem(ended));
        } finally {
            work.delete(directory);
        }
    }

    private static String problem(ChildProcess.Ended ended) {
        return switch (ended.end()) {
            case NOT_STARTED -> ended.stderr();
            case RUN_TIMEOUT -> "it did not end in time";
            case INTERRUPTED -> "it was interrupted";
            case EXITED, START_TIMEOUT, STALLED ->
                ended.exitCode() > SIGNAL
                        ? "signal " + (ended.exitCode() - SIGNAL) + " ended it"
                        : ended.stderr()
                                .lines()
                                .reduce((_, last) -> last)
                                .orElse("it ended with " + ended.exitCode() + " without a word");
        };
    }
}
