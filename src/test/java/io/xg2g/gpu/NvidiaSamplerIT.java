package io.xg2g.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real library, tested by a real child process, on a machine without {@code nvidia-smi}. */
class NvidiaSamplerIT {
    private static final Duration LONG = Patience.seconds(60);
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private final List<String> selfTests = new CopyOnWriteArrayList<>();
    private NvidiaSampler sampler;
    private Duration limit = LONG;

    @AfterEach
    void close() {
        sampler.close();
    }

    @Test
    void aWorkingLibraryIsUsedAfterItsSelfTest() {
        FakeNvml fake = FakeNvml.compile(directory);
        start(fake);

        awaitGpus();

        assertThat(selfTests).containsExactly("0: 4 GPUs");
    }

    @Test
    void aCrashingLibraryIsNotLoadedUntilItIsRepaired() {
        FakeNvml fake = FakeNvml.compile(directory, "CRASH_ON_LOAD");
        start(fake);
        awaitSelfTest();
        assertThat(selfTests.getFirst()).isEqualTo("1: ");

        FakeNvml.compile(directory);

        awaitGpus();
    }

    @Test
    void aHangingLibraryIsNotLoadedUntilItIsRepaired() {
        FakeNvml fake = FakeNvml.compile(directory, "HANG_ON_LOAD");
        limit = SHORT;
        start(fake);
        awaitSelfTest();
        assertThat(selfTests.getFirst()).isEqualTo("timeout");

        limit = LONG;
        FakeNvml.compile(directory);

        awaitGpus();
    }

    @Test
    void theErrorOfTheLibraryIsPassedOn() {
        FakeNvml fake = FakeNvml.compile(directory);
        fake.set("code 9");
        start(fake);
        awaitSelfTest();

        assertThat(selfTests.getFirst()).startsWith("1: ");
    }

    @Test
    void aReplacedDriverIsLoadedAgain() {
        FakeNvml fake = FakeNvml.compile(directory);
        start(fake);
        awaitGpus();
        fake.set("code 18");
        assertThatThrownBy(sampler::sample).hasMessageContaining("different versions");
        assertThatThrownBy(sampler::sample).hasMessageContaining("different versions");
        await().atMost(LONG).until(() -> selfTests.size() == 2);

        fake.set("");

        awaitGpus();
    }

    private void start(FakeNvml fake) {
        sampler =
                new NvidiaSampler(fake.path(), directory, _ -> Optional.empty(), this::run, "host1", Clock.systemUTC());
    }

    private void awaitGpus() {
        // Samples on this thread: the library belongs to the thread that opened it.
        await().pollInSameThread()
                .atMost(LONG)
                .ignoreExceptions()
                .until(() -> !sampler.sample().samples().isEmpty());
    }

    private void awaitSelfTest() {
        sampler.sample();
        await().atMost(LONG).until(() -> !selfTests.isEmpty());
    }

    private ToolRunner.Result run(List<String> command, Duration within) {
        if (command.getFirst().equals("nvidia-smi")) {
            return new ToolRunner.Result(false, "", "no such program");
        }
        try {
            Process selfTest =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            boolean ended = selfTest.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                selfTest.destroyForcibly().waitFor();
                selfTests.add("timeout");
                return new ToolRunner.Result(false, "", "it did not end in time");
            }
            String said = new String(selfTest.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            selfTests.add(selfTest.exitValue() + ": " + said.strip());
            return new ToolRunner.Result(selfTest.exitValue() == 0, said, said.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ToolRunner.Result(false, "", "interrupted");
        }
    }
}
