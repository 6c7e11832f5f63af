package io.xg2g.process;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends a process and its descendants: asks (TERM), waits, kills, waits. */
public final class ProcessTerminator {
    /** How long killed descendants may take to disappear. */
    private static final Duration REAP = Duration.ofSeconds(2);

    private ProcessTerminator() {}

    /**
     * Returns when the process has ended. Its streams are left as they are.
     *
     * @param grace between the request to end and the kill
     * @return whether the calling thread was interrupted meanwhile, which ends nothing early
     */
    public static boolean end(Process process, Duration grace) {
        if (!process.isAlive()) {
            return false;
        }
        ProcessHandle parent = process.toHandle();
        List<ProcessHandle> family = parent.descendants().toList();
        parent.destroy();
        family.forEach(ProcessHandle::destroy);
        boolean interrupted = waitFor(process, grace.toNanos());
        if (parent.isAlive() || family.stream().anyMatch(ProcessHandle::isAlive)) {
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            family.forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly();
        }
        while (process.isAlive()) {
            interrupted |= waitFor(process, TimeUnit.SECONDS.toNanos(1));
        }
        interrupted |= waitForAll(family);
        return interrupted;
    }

    /** Waits for descendants that were killed, for a bounded time: nobody may be there to reap an orphan. */
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
