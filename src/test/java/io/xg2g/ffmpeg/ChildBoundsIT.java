package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a child is held to. Needs util-linux (apt-get install util-linux). */
@Timeout(60)
class ChildBoundsIT {
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final ChildProcess.Limits LIMITS = new ChildProcess.Limits(LONG, LONG, LONG, Duration.ofSeconds(1));

    @TempDir
    Path directory;

    @Test
    void everyChildHasItsLimitsAndStandsBehindTheService() {
        FfmpegSettings settings = settings(Map.of("xg2g.ffmpeg.max-memory", "1G", "xg2g.ffmpeg.nice", "7"));

        String limits = run(settings, "cat", "/proc/self/limits").output();

        assertThat(limits)
                .containsPattern("Max data size +1073741824 +1073741824 ")
                .containsPattern("Max open files +256 +256 ")
                .containsPattern("Max file size +4294967296 +4294967296 ")
                .containsPattern("Max core file size +0 +0 ");
        int own = Integer.parseInt(ChildProcess.collect(List.of("nice"), directory, ENVIRONMENT, LIMITS, 100)
                .output()
                .strip());
        for (ProcessPriority priority : ProcessPriority.values()) {
            assertThat(run(settings, priority, "nice").output().strip())
                    .as(priority.name())
                    .isEqualTo(Integer.toString(Math.min(19, own + Math.min(19, 7 + priority.niceness()))));
        }
    }

    @Test
    void noChildGainsPrivileges() {
        assertThat(run(settings(Map.of()), "cat", "/proc/self/status").output()).containsPattern("NoNewPrivs:\\s+1");
    }

    @Test
    void theLessUrgentAProcessTheFurtherItStandsBehind() {
        assertThat(Stream.of(ProcessPriority.values()).map(ProcessPriority::niceness))
                .containsExactly(0, 3, 5, 15);
    }

    @Test
    void memoryAndFilesEndWhereTheyAreSetTo() {
        FfmpegSettings settings =
                settings(Map.of("xg2g.ffmpeg.max-memory", "256M", "xg2g.ffmpeg.max-file-size", "16M"));

        ChildProcess.Ended hungry = run(
                settings,
                "ffmpeg -nostdin -v error -f lavfi -i color=s=8192x8192:d=1 -vf reverse -f null -".split(" "));

        assertThat(FailureClassifier.classify(hungry, LIMITS).detail()).contains("xg2g.ffmpeg.max-memory");
        assertThat(run(settings, "dd", "if=/dev/zero", "of=large", "bs=1M", "count=20")
                        .exitCode())
                .as("SIGXFSZ")
                .isEqualTo(128 + 25);
        assertThat(directory.resolve("large")).hasSize(16 << 20);
    }

    @Test
    void noDescriptorOfTheServiceIsInherited() throws IOException {
        Path file = Files.createFile(directory.resolve("open"));
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE);
                ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(open.isOpen() && listening.isBound()).isTrue();

            // The fourth is the directory that is being listed.
            assertThat(run(settings(Map.of()), "ls", "/proc/self/fd").output()).isEqualTo("0\n1\n2\n3\n");
        }
    }

    @Test
    void zeroIsNoLimit() {
        String limits = run(
                        settings(Map.of(
                                "xg2g.ffmpeg.max-memory", "0",
                                "xg2g.ffmpeg.max-open-files", "0",
                                "xg2g.ffmpeg.max-file-size", "0",
                                "xg2g.ffmpeg.nice", "0")),
                        "cat",
                        "/proc/self/limits")
                .output();

        assertThat(limits)
                .containsPattern("Max data size +unlimited")
                .containsPattern("Max file size +unlimited")
                .containsPattern("Max core file size +0 +0 ");
    }

    @Test
    void whatDoesNotWorkHereIsLeftOut() {
        ChildBounds bounds = new ChildBounds(
                0, List.of(List.of("prlimit", "--no-such-limit=1"), List.of("nowhere"), List.of("nice", "-n", "3")));

        assertThat(bounds.before(List.of("true", "x"), ProcessPriority.NORMAL, 0))
                .containsExactly("nice", "-n", "3", "true", "x");
    }

    @Test
    void whatWasInterruptedBeforeItWasKnownIsBoundedAndTriedAgain() {
        ChildBounds bounds = new ChildBounds(0, List.of(List.of("nowhere"), List.of("nice", "-n", "3")));

        Thread.currentThread().interrupt();
        List<String> interrupted = bounds.before(List.of("true"), ProcessPriority.NORMAL, 0);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted).containsExactly("nowhere", "nice", "-n", "3", "true");
        assertThat(bounds.before(List.of("true"), ProcessPriority.NORMAL, 0))
                .containsExactly("nice", "-n", "3", "true");
    }

    @Test
    void aProgramThatIsNotThereFailsByItself() {
        assertThat(settings(Map.of()).bounded(List.of("/nowhere/ffmpeg", "-version"), ProcessPriority.NORMAL))
                .containsExactly("/nowhere/ffmpeg", "-version");
    }

    private static FfmpegSettings settings(Map<String, String> properties) {
        return Engine.settings(properties);
    }

    private ChildProcess.Ended run(FfmpegSettings settings, String... command) {
        return run(settings, ProcessPriority.NORMAL, command);
    }

    private ChildProcess.Ended run(FfmpegSettings settings, ProcessPriority priority, String... command) {
        return ChildProcess.collect(
                settings.bounded(List.of(command), priority), directory, ENVIRONMENT, LIMITS, 10_000);
    }
}
