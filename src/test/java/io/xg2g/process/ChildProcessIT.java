package io.xg2g.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.xg2g.ffmpeg.FakeFfmpeg;
import io.xg2g.process.ChildProcess.End;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ChildProcessIT {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    Path directory;

    @Test
    void outputsAreSeparateAndTheExitCodeIsReported() throws IOException {
        var ended = collect("echo out; echo err >&2; exit 3", limits(LONG, LONG, LONG));

        assertThat(ended).isEqualTo(new ChildProcess.Ended(End.EXITED, 3, "out\n", "err\n", Progress.NONE));
    }

    @Test
    void aChildHasTheGivenEnvironmentOnly() throws IOException {
        var ended = ChildProcess.collect(
                List.of("/usr/bin/env"), directory, Map.of("A", "b"), limits(LONG, LONG, LONG), 1000);

        assertThat(ended.output()).isEqualTo("A=b\n");
    }

    @Test
    void stdinIsEmpty() throws IOException {
        assertThat(collect("cat; echo end", limits(LONG, LONG, LONG)).output()).isEqualTo("end\n");
    }

    @Test
    void stdoutIsTruncatedAndTheEndOfStderrIsRetained() throws IOException {
        var ended = collect("yes | head -c 300000; yes | head -c 300000 >&2; echo last >&2", limits(LONG, LONG, LONG));

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.output()).hasSize(1000);
        assertThat(ended.stderr()).hasSize(64 * 1024).endsWith("y\nlast\n");
    }

    @Test
    void aMissingProgramIsReportedWithoutItsPath() {
        var ended =
                ChildProcess.watch(List.of("/nowhere/ffmpeg"), directory, PATH, limits(LONG, LONG, LONG), report -> {});

        assertThat(ended.end()).isEqualTo(End.NOT_STARTED);
        assertThat(ended.stderr()).isEqualTo("No such file or directory");
    }

    @Test
    void aSilentProcessIsEndedByTheStartWatchdog() throws IOException {
        assertThat(watch("sleep 100", limits(SHORT, LONG, LONG)).end()).isEqualTo(End.START_TIMEOUT);
    }

    @Test
    void aProcessWithoutProgressIsEndedByTheStallWatchdog() throws IOException {
        String stuck = "while :; do echo frame=5; echo progress=continue; sleep 0.05; done";

        assertThat(watch(stuck, limits(LONG, SHORT, LONG)).end()).isEqualTo(End.STALLED);
    }

    @Test
    void anEndlessProcessIsEndedByTheRunWatchdog() throws IOException {
        String busy = "i=0; while :; do i=$((i+1)); echo frame=$i; echo progress=continue; sleep 0.05; done";

        // Long enough for its first report.
        var ended = watch(busy, limits(LONG, LONG, Patience.seconds(2)));

        assertThat(ended.end()).isEqualTo(End.RUN_TIMEOUT);
        assertThat(ended.progress().frames()).isPositive();
    }

    @Test
    void aProcessThatIgnoresSigtermIsKilledWithItsChildren() throws IOException {
        // It ignores the signal when it reports.
        String deaf = "trap '' TERM; sleep 1000 & echo $! > child; echo frame=1; echo progress=continue;"
                + " while :; do sleep 0.1; done";

        var ended = watch(deaf, limits(LONG, SHORT, LONG));

        assertThat(ended.exitCode()).isEqualTo(137);
        long child = Long.parseLong(Files.readString(directory.resolve("child")).strip());
        Awaitility.await().until(() -> !runs(child));
    }

    /** Whether the process is running, not a zombie. */
    private static boolean runs(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    @Test
    void aStoppedProcessIsKilled() throws IOException {
        // Its child reports when it is stopped.
        String stopped = "(until grep -q '^State:.T' /proc/$$/status; do sleep 0.01; done;"
                + " echo frame=1; echo progress=continue) & kill -STOP $$";

        assertThat(watch(stopped, limits(LONG, SHORT, LONG)).exitCode()).isEqualTo(137);
    }

    @Test
    void interruptionEndsTheProcessAndKeepsTheInterruptFlag() throws Exception {
        Path script = script("echo frame=1; echo progress=continue; exec sleep 100");
        CountDownLatch moving = new CountDownLatch(1);
        AtomicReference<ChildProcess.Ended> ended = new AtomicReference<>();
        List<Boolean> interrupted = new ArrayList<>();
        Thread runner = Thread.ofVirtual().start(() -> {
            ended.set(ChildProcess.watch(
                    List.of(script.toString()),
                    directory,
                    PATH,
                    limits(LONG, LONG, LONG),
                    report -> moving.countDown()));
            interrupted.add(Thread.currentThread().isInterrupted());
        });

        moving.await();
        runner.interrupt();
        runner.join();

        assertThat(ended.get().end()).isEqualTo(End.INTERRUPTED);
        assertThat(interrupted).containsExactly(true);
    }

    @Test
    void anInterruptedThreadStartsNoProcess() throws IOException {
        Thread.currentThread().interrupt();

        var ended = watch("touch started", limits(LONG, LONG, LONG));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended.end()).isEqualTo(End.INTERRUPTED);
        assertThat(directory.resolve("started")).doesNotExist();
    }

    @Test
    void aThrowingListenerLeavesNoProcess() throws IOException {
        Path script = script("echo $$ > pid; echo progress=continue; exec sleep 100");

        assertThatIllegalStateException()
                .isThrownBy(() -> ChildProcess.watch(
                        List.of(script.toString()), directory, PATH, limits(LONG, LONG, LONG), report -> {
                            throw new IllegalStateException("listener");
                        }));

        long pid = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void manyWaitingChildrenDoNotBlockOtherVirtualThreads() throws Exception {
        Path script = script("echo frame=1; echo progress=continue; exec sleep 100");
        CountDownLatch moving = new CountDownLatch(16);
        List<Thread> runners = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            runners.add(Thread.ofVirtual()
                    .start(() -> ChildProcess.watch(
                            List.of(script.toString()),
                            directory,
                            PATH,
                            limits(LONG, LONG, LONG),
                            report -> moving.countDown())));
        }

        moving.await();
        CountDownLatch free = new CountDownLatch(1);
        Thread.ofVirtual().start(free::countDown);
        free.await();

        runners.forEach(Thread::interrupt);
        for (Thread runner : runners) {
            runner.join();
        }
    }

    @Test
    void runsLeakNoDescriptorsOrThreads() throws IOException {
        for (int i = 0; i < 5; i++) {
            collect("echo warm", limits(LONG, LONG, LONG));
        }
        long before = descriptors();

        for (int i = 0; i < 20; i++) {
            collect("echo again; echo again >&2", limits(LONG, LONG, LONG));
        }

        Awaitility.await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(before + 2));
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private ChildProcess.Ended collect(String commands, ChildProcess.Limits limits) throws IOException {
        return ChildProcess.collect(List.of(script(commands).toString()), directory, PATH, limits, 1000);
    }

    private ChildProcess.Ended watch(String commands, ChildProcess.Limits limits) throws IOException {
        return ChildProcess.watch(List.of(script(commands).toString()), directory, PATH, limits, report -> {});
    }

    private Path script(String commands) throws IOException {
        return FakeFfmpeg.script(directory.resolve("script"), commands);
    }

    private static ChildProcess.Limits limits(Duration start, Duration stall, Duration run) {
        return new ChildProcess.Limits(start, stall, run, Duration.ofMillis(200));
    }
}
