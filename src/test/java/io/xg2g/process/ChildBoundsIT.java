package io.xg2g.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Resource limits of child processes. Needs util-linux (apt-get install util-linux). */
@Timeout(300)
class ChildBoundsIT {
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final ChildProcess.Limits LIMITS = new ChildProcess.Limits(LONG, LONG, LONG, Duration.ofSeconds(1));

    @TempDir
    Path directory;

    @Test
    void everyChildHasItsLimitsAndAHigherNiceness() {
        ChildBounds bounds = bounds(7, 256, 4L << 30);

        String limits = run(bounds, ProcessPriority.NORMAL, 1L << 30, "cat", "/proc/self/limits")
                .output();

        assertThat(limits)
                .containsPattern("Max data size +1073741824 +1073741824 ")
                .containsPattern("Max open files +256 +256 ")
                .containsPattern("Max file size +4294967296 +4294967296 ")
                .containsPattern("Max core file size +0 +0 ");
        int own = Integer.parseInt(ChildProcess.collect(List.of("nice"), directory, ENVIRONMENT, LIMITS, 100)
                .output()
                .strip());
        for (ProcessPriority priority : ProcessPriority.values()) {
            assertThat(run(bounds, priority, 1L << 30, "nice").output().strip())
                    .as(priority.name())
                    .isEqualTo(Integer.toString(Math.min(19, own + Math.min(19, 7 + priority.niceness()))));
        }
    }

    @Test
    void noChildGainsPrivileges() {
        assertThat(run(bounds(), "cat", "/proc/self/status").output()).containsPattern("NoNewPrivs:\\s+1");
    }

    @Test
    void nicenessIncreasesWithLowerPriority() {
        assertThat(Stream.of(ProcessPriority.values()).map(ProcessPriority::niceness))
                .containsExactly(0, 3, 5, 15);
    }

    @Test
    void memoryAndFileSizesAreLimited() {
        ChildBounds bounds = bounds(0, 256, 16 << 20);

        ChildProcess.Ended hungry = run(
                bounds,
                ProcessPriority.NORMAL,
                256 << 20,
                "ffmpeg -nostdin -v error -f lavfi -i color=s=8192x8192:d=1 -vf reverse -f null -".split(" "));

        assertThat(hungry.stderr()).contains("Cannot allocate memory");
        assertThat(run(bounds, "dd", "if=/dev/zero", "of=large", "bs=1M", "count=20")
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

            // The fourth is the directory being listed.
            assertThat(run(bounds(), "ls", "/proc/self/fd").output()).isEqualTo("0\n1\n2\n3\n");
        }
    }

    @Test
    void zeroMeansNoLimit() {
        String limits = run(bounds(0, 0, 0), ProcessPriority.NORMAL, 0, "cat", "/proc/self/limits")
                .output();

        assertThat(limits)
                .containsPattern("Max data size +unlimited")
                .containsPattern("Max file size +unlimited")
                .containsPattern("Max core file size +0 +0 ");
    }

    @Test
    void unsupportedLimitsAreOmitted() {
        ChildBounds bounds = new ChildBounds(0, prefixes("prlimit --no-such-limit=1", "nowhere", "nice -n 3"));

        assertThat(bounds.apply(List.of("true", "x"), ProcessPriority.NORMAL, 0, false))
                .containsExactly("nice", "-n", "3", "true", "x");
    }

    @Test
    void anInterruptedDetectionIsRepeated() {
        ChildBounds bounds = new ChildBounds(0, prefixes("nowhere", "nice -n 3"));

        Thread.currentThread().interrupt();
        List<String> interrupted = bounds.apply(List.of("true"), ProcessPriority.NORMAL, 0, false);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted).containsExactly("nowhere", "nice", "-n", "3", "true");
        assertThat(bounds.apply(List.of("true"), ProcessPriority.NORMAL, 0, false))
                .containsExactly("nice", "-n", "3", "true");
    }

    @Test
    void aMissingProgramFails() {
        assertThat(bounds().apply(List.of("/nowhere/ffmpeg", "-version"), ProcessPriority.NORMAL, 0, false))
                .containsExactly("/nowhere/ffmpeg", "-version");
    }

    @Test
    void theFirstAlternativeThatWorksIsUsed() {
        var bound = new ChildBounds.Bound(
                List.of(List.of("nowhere"), List.of("nice", "-n", "3"), List.of("nice", "-n", "4")), true, false);
        ChildBounds bounds = new ChildBounds(0, List.of(bound));

        assertThat(bounds.apply(List.of("true"), ProcessPriority.NORMAL, 0, false))
                .containsExactly("nice", "-n", "3", "true");
        assertThat(bounds.networkIsolation()).contains("nice -n 3");
        assertThat(bounds.apply(List.of("true"), ProcessPriority.NORMAL, 0, true))
                .containsExactly("true");
    }

    @Test
    void whereNoAlternativeWorksChildrenRunWithoutTheBound() {
        var bound = new ChildBounds.Bound(List.of(List.of("nowhere"), List.of("nowhere", "else")), true, false);
        ChildBounds bounds = new ChildBounds(0, List.of(bound));

        assertThat(bounds.apply(List.of("true"), ProcessPriority.NORMAL, 0, false))
                .containsExactly("true");
        assertThat(bounds.networkIsolation()).isEmpty();
    }

    @Test
    void noChildIsStartedWithoutABoundThatIsRequired() {
        ChildBounds bounds =
                new ChildBounds(0, List.of(new ChildBounds.Bound(List.of(List.of("nowhere")), false, true)));

        assertThat(bounds.apply(List.of("true"), ProcessPriority.NORMAL, 0, false))
                .containsExactly("nowhere", "true");
    }

    /** Without time measurement: a failed connection ends by itself, and the listener had no connection. */
    @Test
    void aChildThatFetchesNoSourceHasNoNetworkOrLoopback() throws IOException {
        ChildBounds bounds = bounds();
        assertThat(bounds.networkIsolation())
                .as(
                        "unshare (util-linux) has to work: as root with CAP_SYS_ADMIN (docker run --privileged), or as a user"
                                + " who may create user namespaces (docs/security.md)")
                .isPresent();
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "tcp://127.0.0.1:" + listening.getLocalPort();
            List<String> command = List.of("ffmpeg", "-v", "error", "-f", "mpegts", "-i", address, "-f", "null", "-");

            ChildProcess.Ended offline = run(bounds.apply(command, ProcessPriority.NORMAL, 0, false));

            assertThat(offline.success()).isFalse();
            assertThat(offline.stderr()).contains("Network is unreachable");
            assertThat(run(bounds, "cat", "/proc/self/net/dev").output().lines().skip(2))
                    .singleElement()
                    .asString()
                    .contains("lo:");
            listening.setSoTimeout(1);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(listening::accept);
        }
    }

    @Test
    void aChildThatFetchesASourceHasTheNetwork() throws Exception {
        ChildBounds bounds = bounds();
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "tcp://127.0.0.1:" + listening.getLocalPort();
            List<String> command = List.of("ffmpeg", "-v", "error", "-f", "mpegts", "-i", address, "-f", "null", "-");
            CompletableFuture<ChildProcess.Ended> online = CompletableFuture.supplyAsync(
                    () -> run(bounds.apply(command, ProcessPriority.NORMAL, 0, true)), Thread::startVirtualThread);

            listening.accept().close();

            assertThat(online.join().end()).isEqualTo(ChildProcess.End.EXITED);
        }
    }

    /** Those of root are dropped; other users have none, although a user namespace would grant all. */
    @Test
    void noChildHasACapability() {
        assertThat(run(bounds(), "cat", "/proc/self/status").output())
                .containsPattern("CapPrm:\\s+0{16}")
                .containsPattern("CapEff:\\s+0{16}");
    }

    private static List<ChildBounds.Bound> prefixes(String... prefixes) {
        return Stream.of(prefixes)
                .map(prefix -> ChildBounds.Bound.of(List.of(prefix.split(" "))))
                .toList();
    }

    /** The defaults of the service. */
    private static ChildBounds bounds() {
        return bounds(0, 256, 4L << 30);
    }

    private static ChildBounds bounds(int nice, int maxOpenFiles, long maxFileSize) {
        return ChildBounds.of(new ProcessSettings(
                Path.of("/nowhere"), 0, Optional.empty(), LIMITS.stopGrace(), nice, maxOpenFiles, maxFileSize));
    }

    private ChildProcess.Ended run(ChildBounds bounds, String... command) {
        return run(bounds, ProcessPriority.NORMAL, 1L << 30, command);
    }

    private ChildProcess.Ended run(ChildBounds bounds, ProcessPriority priority, long memory, String... command) {
        return run(bounds.apply(List.of(command), priority, memory, false));
    }

    private ChildProcess.Ended run(List<String> command) {
        return ChildProcess.collect(command, directory, ENVIRONMENT, LIMITS, 10_000);
    }
}
