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

/** A real library, tried by a real child process, on a machine without {@code nvidia-smi}. */
class NvidiaSamplerIT {
    private static final Duration LONG = Patience.seconds(60);
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private final List<String> trials = new CopyOnWriteArrayList<>();
    private NvidiaSampler sampler;
    private Duration limit = LONG;

    @AfterEach
    void close() {
        sampler.close();
    }

    @Test
    void aGoodLibraryIsUsedAfterItsTrial() {
        FakeNvml fake = FakeNvml.compile(directory);
        start(fake);

        awaitGpus();

        assertThat(trials).containsExactly("0: 4 GPUs");
    }

    @Test
    void oneThatCrashesIsNotLoadedAndIsTakenUpWhenItIsMended() {
        FakeNvml fake = FakeNvml.compile(directory, "CRASH_ON_LOAD");
        start(fake);
        awaitTrial();
        assertThat(trials.getFirst()).isEqualTo("1: ");

        FakeNvml.compile(directory);

        awaitGpus();
    }

    @Test
    void oneThatHangsIsNotLoadedAndIsTakenUpWhenItIsMended() {
        FakeNvml fake = FakeNvml.compile(directory, "HANG_ON_LOAD");
        limit = SHORT;
        start(fake);
        awaitTrial();
        assertThat(trials.getFirst()).isEqualTo("timeout");

        limit = LONG;
        FakeNvml.compile(directory);

        awaitGpus();
    }

    @Test
    void whatTheLibrarySaysOfItselfIsPassedOn() {
        FakeNvml fake = FakeNvml.compile(directory);
        fake.set("code 9");
        start(fake);
        awaitTrial();

        assertThat(trials.getFirst()).startsWith("1: ");
    }

    @Test
    void aDriverThatIsReplacedUnderTheLibraryIsTakenUp() {
        FakeNvml fake = FakeNvml.compile(directory);
        start(fake);
        awaitGpus();
        fake.set("code 18");
        assertThatThrownBy(sampler::sample).hasMessageContaining("different versions");
        assertThatThrownBy(sampler::sample).hasMessageContaining("different versions");
        await().atMost(LONG).until(() -> trials.size() == 2);

        fake.set("");

        awaitGpus();
    }

    private void start(FakeNvml fake) {
        sampler =
                new NvidiaSampler(fake.path(), directory, _ -> Optional.empty(), this::run, "host1", Clock.systemUTC());
    }

    private void awaitGpus() {
        // Looks on this thread: the library belongs to the one that has opened it.
        await().pollInSameThread()
                .atMost(LONG)
                .ignoreExceptions()
                .until(() -> !sampler.sample().samples().isEmpty());
    }

    private void awaitTrial() {
        sampler.sample();
        await().atMost(LONG).until(() -> !trials.isEmpty());
    }

    private ToolRunner.Result run(List<String> command, Duration within) {
        if (command.getFirst().equals("nvidia-smi")) {
            return new ToolRunner.Result(false, "", "no such program");
        }
        try {
            Process trial =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            boolean ended = trial.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                trial.destroyForcibly().waitFor();
                trials.add("timeout");
                return new ToolRunner.Result(false, "", "it did not end in time");
            }
            String said = new String(trial.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            trials.add(trial.exitValue() + ": " + said.strip());
            return new ToolRunner.Result(trial.exitValue() == 0, said, said.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ToolRunner.Result(false, "", "interrupted");
        }
    }
}
