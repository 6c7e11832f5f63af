package io.xg2g.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Child process that is run to its end on the calling thread. No other class starts processes.
 *
 * <p>A child has an argument list (never a shell), its own directory, an environment of a few known variables, and empty
 * stdin; stdout and stderr are drained by a platform thread each. A run returns only after the child and its descendants have
 * ended, also if the calling thread is interrupted.
 */
public final class ChildProcess {
    /**
     * Time limits of a run.
     *
     * @param start until the first progress report
     * @param stall between two progress reports that differ
     * @param run in total
     * @param stopGrace between SIGTERM and SIGKILL
     */
    public record Limits(Duration start, Duration stall, Duration run, Duration stopGrace) {
        /** Returns limits of a run without progress reports, of which only the total applies. */
        public static Limits within(Duration run, Duration stopGrace) {
            return new Limits(run, run, run, stopGrace);
        }
    }

    /** Cause of the end of a run. */
    public enum End {
        /** The process exited, or was killed by another process. */
        EXITED,
        /** The program does not exist or could not be started. */
        NOT_STARTED,
        /** The calling thread was interrupted. */
        INTERRUPTED,
        /** {@link Limits#start} was exceeded. */
        START_TIMEOUT,
        /** {@link Limits#stall} was exceeded. */
        STALLED,
        /** {@link Limits#run} was exceeded. */
        RUN_TIMEOUT
    }

    /**
     * Result of a run.
     *
     * @param exitCode exit code; 128 + signal after a signal; -1 if the process was not started
     * @param output collected stdout, one character (ISO 8859-1) for each byte
     * @param stderr last 64 KiB of stderr; the reason if the process was not started
     * @param progress last progress report
     */
    public record Ended(End end, int exitCode, String output, String stderr, Progress progress) {
        /** Returns whether the exit code is 0, which does not imply that the output is complete. */
        public boolean success() {
            return end == End.EXITED && exitCode == 0;
        }
    }

    /** Time for reading the pipes after the end of the process; a descendant may keep them open for longer. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** Standard input of a child. */
    public enum Stdin {
        /** Ends at once. */
        EMPTY,
        /** Written by this program. */
        PIPE
    }

    private static final Redirect NULL_DEVICE =
            Redirect.from(Path.of("/dev/null").toFile());

    /** The system's reason in Java's message: {@code error=2, No such file} or {@code error: 2 (No such file)}. */
    private static final Pattern ERROR = Pattern.compile("error(?:=|: )\\d+,? \\(?([^()]+)");

    private final Limits limits;
    private final StdoutDrain stdout;
    private final StderrTail stderr = new StderrTail();
    private final List<Thread> drains;
    private final long startedAt = System.nanoTime();

    private ChildProcess(Process process, Limits limits, StdoutDrain stdout) {
        this.limits = limits;
        this.stdout = stdout;
        this.drains = List.of(
                drain("stdout-" + process.pid(), () -> stdout.drain(process.getInputStream())),
                drain("stderr-" + process.pid(), () -> stderr.drain(process.getErrorStream())));
    }

    /** Starts a platform thread: a blocked read of a pipe would hold the carrier of a virtual one. */
    private static Thread drain(String name, Runnable reading) {
        return Thread.ofPlatform().daemon().name(name).start(reading);
    }

    /** Observer of a run; called on the thread of the run. */
    public interface Watcher {
        /** Called once the process has started. */
        default void started(long pid) {}

        /** Called for each progress report. */
        void progressed(Progress report);
    }

    /** Runs ffmpeg with {@code -progress pipe:1}. */
    public static Ended watch(
            List<String> command, Path directory, Map<String, String> environment, Limits limits, Watcher watcher) {
        return run(command, directory, environment, limits, StdoutDrain.progress(), watcher);
    }

    /** Runs a program and collects its stdout up to a number of bytes. Only {@link Limits#run} applies. */
    public static Ended collect(
            List<String> command, Path directory, Map<String, String> environment, Limits limits, int maxBytes) {
        return run(command, directory, environment, limits, StdoutDrain.bytes(maxBytes), progress -> {});
    }

    /**
     * Starts a program; the caller drains stdout and stderr, on platform threads, and ends the process.
     */
    public static Process start(List<String> command, Path directory, Map<String, String> environment, Stdin stdin)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(stdin == Stdin.PIPE ? Redirect.PIPE : NULL_DEVICE);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Ended run(
            List<String> command,
            Path directory,
            Map<String, String> environment,
            Limits limits,
            StdoutDrain stdout,
            Watcher watcher) {
        if (Thread.currentThread().isInterrupted()) {
            return new Ended(End.INTERRUPTED, -1, "", "", Progress.NONE);
        }
        Process process;
        try {
            process = start(command, directory, environment, Stdin.EMPTY);
        } catch (IOException failure) {
            return new Ended(End.NOT_STARTED, -1, "", reason(failure), Progress.NONE);
        }
        boolean supervised = false;
        try {
            Ended ended = supervise(process, limits, stdout, watcher);
            supervised = true;
            return ended;
        } finally {
            if (!supervised) {
                // No thread could be started for its pipes (an Error), or the watcher has thrown.
                process.destroyForcibly();
            }
        }
    }

    private static Ended supervise(Process process, Limits limits, StdoutDrain stdout, Watcher watcher) {
        ChildProcess child = new ChildProcess(process, limits, stdout);
        watcher.started(process.pid());
        CompletableFuture<Process> exit = process.onExit();
        // Registered on the exit itself, which is done when the waiting thread is woken.
        var _ = exit.thenRun(stdout::wake);
        End end = End.INTERRUPTED;
        boolean interrupted = false;
        try {
            end = child.await(exit, watcher);
        } catch (InterruptedException stop) {
            interrupted = true;
        } finally {
            interrupted |= ProcessTerminator.end(process, limits.stopGrace());
        }
        interrupted |= child.joinDrains();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return new Ended(end, process.exitValue(), stdout.text(), child.stderr.text(), stdout.last());
    }

    /** Waits for the exit or the first time limit that is exceeded. */
    private End await(CompletableFuture<Process> exit, Watcher watcher) throws InterruptedException {
        long runDeadline = startedAt + limits.run().toNanos();
        long progressDeadline = startedAt + limits.start().toNanos();
        boolean started = false;
        Progress before = Progress.NONE;
        while (!exit.isDone()) {
            long deadline =
                    stdout.reportsProgress() && progressDeadline - runDeadline < 0 ? progressDeadline : runDeadline;
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                if (deadline == runDeadline) {
                    return End.RUN_TIMEOUT;
                }
                return started ? End.STALLED : End.START_TIMEOUT;
            }
            Progress now = stdout.await(before, left, exit::isDone);
            if (!now.equals(before)) {
                if (!started || now.advancedSince(before)) {
                    started = true;
                    progressDeadline = System.nanoTime() + limits.stall().toNanos();
                }
                before = now;
                watcher.progressed(now);
            }
        }
        return End.EXITED;
    }

    private boolean joinDrains() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + DRAIN.toNanos();
        for (Thread drain : drains) {
            while (drain.isAlive()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                try {
                    drain.join(Duration.ofNanos(left));
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        }
        return interrupted;
    }

    /** Returns the system's reason from Java's message, without paths. */
    public static String reason(IOException failure) {
        Matcher error = ERROR.matcher(String.valueOf(failure.getMessage()));
        return error.find() ? error.group(1) : "it cannot be started";
    }
}
