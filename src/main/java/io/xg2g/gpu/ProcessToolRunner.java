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

/** Runner of external programs as child processes, each in its own directory in the work directory. */
@ApplicationScoped
class ProcessToolRunner implements ToolRunner {
    private static final int MAX_OUTPUT = 1 << 20;
    /** Offset of the exit code of a process that a signal ended: 128 + signal. */
    private static final int SIGNAL_OFFSET = 128;

    private final ProcessSettings settings;
    private final WorkDirectory work;

    ProcessToolRunner(ProcessSettings settings, WorkDirectory work) {
        this.settings = settings;
        this.work = work;
    }

    @Override
    public Result run(List<String> command, Duration timeout) {
        Path directory;
        try {
            directory = work.create();
        } catch (UncheckedIOException failure) {
            return new Result(false, "", String.valueOf(failure.getMessage()));
        }
        try {
            ChildProcess.Ended ended = ChildProcess.collect(
                    command,
                    directory,
                    ChildEnvironment.of(directory),
                    ChildProcess.Limits.within(timeout, settings.stopGrace()),
                    MAX_OUTPUT);
            return new Result(ended.success(), ended.output(), ended.success() ? "" : error(ended));
        } finally {
            work.delete(directory);
        }
    }

    private static String error(ChildProcess.Ended ended) {
        return switch (ended.end()) {
            case NOT_STARTED -> ended.stderr();
            case RUN_TIMEOUT -> "it did not end in time";
            case INTERRUPTED -> "it was interrupted";
            case EXITED, START_TIMEOUT, STALLED ->
                ended.exitCode() > SIGNAL_OFFSET
                        ? "signal " + (ended.exitCode() - SIGNAL_OFFSET) + " ended it"
                        : ended.stderr()
                                .lines()
                                .reduce((_, last) -> last)
                                .orElse("exit code " + ended.exitCode() + " and wrote nothing to stderr");
        };
    }
}
