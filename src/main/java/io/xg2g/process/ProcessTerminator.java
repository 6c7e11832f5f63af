package io.xg2g.process;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Termination of a process and its descendants: SIGTERM, a grace period, SIGKILL. */
public final class ProcessTerminator {
    /** Time limit for the end of killed descendants. */
    private static final Duration REAP = Duration.ofSeconds(2);

    private ProcessTerminator() {}

    /**
     * Terminates a process and returns when it has ended. Its streams are not closed.
     *
     * @param grace time between SIGTERM and SIGKILL
     * @return whether the calling thread was interrupted, which does not shorten the wait; its interrupt status is cleared
     */
    public static boolean end(Process process, Duration grace) {
        if (!process.isAlive()) {
            return false;
        }
        ProcessHandle parent = process.toHandle();
        List<ProcessHandle> descendants = parent.descendants().toList();
        parent.destroy();
        descendants.forEach(ProcessHandle::destroy);
        boolean interrupted = waitFor(process, grace.toNanos());
        if (parent.isAlive() || descendants.stream().anyMatch(ProcessHandle::isAlive)) {
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            descendants.forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly();
        }
        while (process.isAlive()) {
            interrupted |= waitFor(process, TimeUnit.SECONDS.toNanos(1));
        }
        interrupted |= waitForAll(descendants);
        return interrupted;
    }

    /** Waits for killed descendants within a time limit: an orphan may have no parent that reaps it. */
    private static boolean waitForAll(List<ProcessHandle> killed) {
        try {
            CompletableFuture.allOf(killed.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(REAP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            return true;
        } catch (ExecutionException | TimeoutException unreaped) {
            return false;
        }
        return false;
    }

    private static boolean waitFor(Process process, long nanos) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                return interrupted;
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
    }
}
