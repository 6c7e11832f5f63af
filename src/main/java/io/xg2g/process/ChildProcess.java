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
 * Starts child processes, and runs one to its end on the calling thread: the only place where they are started.
 *
 * <p>A child gets an argument list (never a shell), its own directory, an environment of a few known variables, and
 * nothing on stdin; stdout and stderr are drained apart by virtual threads. Whatever happens, including interruption
 * of the calling thread, the run returns only after the child and its descendants have ended.
 */
public final class ChildProcess {
    /**
     * The watchdogs of a run.
     *
     * @param start until the first report of progress
     * @param stall between two reports that differ
     * @param run in all
     * @param stopGrace between the request to end (TERM) and the kill
     */
    public record Limits(Duration start, Duration stall, Duration run, Duration stopGrace) {
        /** Returns limits of a run that reports no progress: of its whole duration only. */
        public static Limits within(Duration run, Duration stopGrace) {
            return new Limits(run, run, run, stopGrace);
        }
    }

    /** What made the run end. */
    public enum End {
        /** The process ended by itself, or was ended by somebody else. */
        EXITED,
        /** There is no such program, or it could not be started. */
        NOT_STARTED,
        /** The calling thread was interrupted. */
        INTERRUPTED,
        /** The start watchdog. */
        START_TIMEOUT,
        /** The stall watchdog. */
        STALLED,
        /** The run watchdog. */
        RUN_TIMEOUT
    }

    /**
     * How a run ended.
     *
     * @param exitCode the process's own; 128 + signal for one that a signal ended; -1 if it never started
     * @param output what it wrote to stdout, as far as it was collected: one character (ISO 8859-1) for each byte
     * @param stderr the last 64 KiB of what it wrote to stderr; why it could not be started if it was not
     * @param progress its last report
     */
    public record Ended(End end, int exitCode, String output, String stderr, Progress progress) {
        /** Whether the process ended by itself and says that all went well, which proves nothing about its output. */
        public boolean success() {
            return end == End.EXITED && exitCode == 0;
        }
    }

    /** How long the pipes of an ended process are read on, in case a stranger has inherited them. */
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

    /** How Java words the system's reason: {@code error=2, No such file} or {@code error: 2 (No such file)}. */
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

    /** Told how a run gets on. */
    public interface Watcher {
        /** The process has started. */
        default void began(long pid) {}

        /** It has reported. */
        void progressed(Progress report);
    }

    /** Runs ffmpeg with {@code -progress pipe:1}; the watcher is told of it on the calling thread. */
    public static Ended watch(
            List<String> command, Path directory, Map<String, String> environment, Limits limits, Watcher watcher) {
        return run(command, directory, environment, limits, StdoutDrain.progress(), watcher);
    }

    /** Runs a program and keeps what it writes to stdout, up to a number of bytes. Only the run watchdog applies. */
    public static Ended collect(
            List<String> command, Path directory, Map<String, String> environment, Limits limits, int maxOutput) {
        return run(command, directory, environment, limits, StdoutDrain.bytes(maxOutput), progress -> {});
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
        } catch (IOException impossible) {
            return new Ended(End.NOT_STARTED, -1, "", reason(impossible), Progress.NONE);
        }
        boolean supervised = false;
        try {
            Ended ended = supervise(process, limits, stdout, watcher);
            supervised = true;
            return ended;
        } finally {
            if (!supervised) {
                // No thread could be started for its output, which is an Error, or the watcher has thrown.
                process.destroyForcibly();
            }
        }
    }

    private static Ended supervise(Process process, Limits limits, StdoutDrain stdout, Watcher watcher) {
        ChildProcess child = new ChildProcess(process, limits, stdout);
        watcher.began(process.pid());
        CompletableFuture<Process> exit = process.onExit();
        // Of the exit itself: what whenComplete returns is not done yet while the waiter is woken.
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

    /** Waits for the end, or for the first watchdog that bites. */
    private End await(CompletableFuture<Process> exit, Watcher watcher) throws InterruptedException {
        long runDeadline = startedAt + limits.run().toNanos();
        long moveDeadline = startedAt + limits.start().toNanos();
        boolean started = false;
        Progress before = Progress.NONE;
        while (!exit.isDone()) {
            long deadline = stdout.reportsProgress() && moveDeadline - runDeadline < 0 ? moveDeadline : runDeadline;
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
                    moveDeadline = System.nanoTime() + limits.stall().toNanos();
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

    /** Java's message without the program's path and the directory's. */
    public static String reason(IOException failure) {
        Matcher error = ERROR.matcher(String.valueOf(failure.getMessage()));
        return error.find() ? error.group(1) : "it cannot be started";
    }
}
