package io.xg2g.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PeriodicTasksTest {
    private final List<Runnable> due = new ArrayList<>();
    private final List<Long> periods = new ArrayList<>();
    private boolean running;
    private final PeriodicTasks tasks = new PeriodicTasks(turnedByHand(), () -> running);

    @Test
    void aTaskIsCalledOncePerPeriodWhileTheSchedulerRuns() throws InterruptedException {
        Semaphore calls = new Semaphore(0);
        tasks.every(Duration.ofSeconds(2), "task", calls::release);
        assertThat(periods).containsExactly(2_000_000_000L, 2_000_000_000L);

        turn();
        running = true;
        turn();
        calls.acquire();
        running = false;
        turn();

        assertThat(calls.availablePermits()).isZero();
    }

    @Test
    void aRunningTaskIsNotStartedAgain() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        tasks.every(Duration.ofSeconds(1), "slow", () -> {
            calls.incrementAndGet();
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        running = true;

        turn();
        begun.await();
        turn();
        end.countDown();

        assertThat(calls).hasValue(1);
    }

    @Test
    void aTaskThatFailsIsCalledAgain() throws InterruptedException {
        Semaphore calls = new Semaphore(0);
        tasks.every(Duration.ofSeconds(1), "broken", () -> {
            calls.release();
            throw new IllegalStateException("on purpose");
        });
        running = true;

        turn();
        calls.acquire();
        // The failure is logged on the thread of the task; until then it counts as running.
        while (!calls.tryAcquire()) {
            turn();
            Thread.onSpinWait();
        }
    }

    private void turn() {
        due.forEach(Runnable::run);
    }

    /** Executor that records periodic calls. */
    private ScheduledExecutorService turnedByHand() {
        return (ScheduledExecutorService) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ScheduledExecutorService.class},
                (_, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("scheduleWithFixedDelay");
                    due.add((Runnable) arguments[0]);
                    periods.add((Long) arguments[1]);
                    periods.add((Long) arguments[2]);
                    return null;
                });
    }
}
