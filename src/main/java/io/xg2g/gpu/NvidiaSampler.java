package io.xg2g.gpu;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Sampler of NVIDIA's GPUs: by NVML if a child process has shown that it can be loaded, else by {@code nvidia-smi}. After a
 * failure the backend is chosen again, so that an updated driver or library is used without a restart.
 *
 * <pre>
 *          driver or library found          self-test ended
 *   None ──────────────────────────► Testing ────────────────► Using (NVML or nvidia-smi)
 *    ▲                                                          │
 *    └───────────────────────── sample failed ──────────────────┘
 * </pre>
 */
final class NvidiaSampler implements GpuSampler {
    private static final Logger LOG = Logger.getLogger(NvidiaSampler.class);
    private static final Duration SELF_TEST_LIMIT = Duration.ofSeconds(10);

    /** Backend in use. */
    private sealed interface Backend {
        /** No driver has been found yet. */
        record None() implements Backend {}

        /** The library is tested in a child process. */
        record Testing(Future<ToolRunner.Result> selfTest) implements Backend {}

        record Using(GpuSampler sampler) implements Backend {}
    }

    private final String library;
    private final Path root;
    private final Function<String, Optional<String>> ids;
    private final ToolRunner tools;
    private final String host;
    private final Clock clock;
    private Backend backend = new Backend.None();
    /** Error of the last sample; empty if it succeeded. */
    private String failure = "";

    /**
     * Creates a sampler without a backend.
     *
     * @param library name of the library, used once NVIDIA's driver is loaded, or its path, used once the file exists
     * @param root parent of {@code proc}
     * @param ids ids of discovered devices by PCI address
     */
    NvidiaSampler(
            String library,
            Path root,
            Function<String, Optional<String>> ids,
            ToolRunner tools,
            String host,
            Clock clock) {
        this.library = library;
        this.root = root;
        this.ids = ids;
        this.tools = tools;
        this.host = host;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "nvidia";
    }

    /** Returns no samples while there is no driver or the library is tested for the first time. */
    @Override
    public SamplerResult sample() {
        advance();
        return switch (backend) {
            case Backend.None _ -> SamplerResult.EMPTY;
            case Backend.Testing _ -> {
                // Until a sample succeeds again this is a failure too, so that the circuit breaker opens.
                if (!failure.isEmpty()) {
                    throw new IllegalStateException(failure);
                }
                yield SamplerResult.EMPTY;
            }
            case Backend.Using(GpuSampler sampler) -> sample(sampler);
        };
    }

    private void advance() {
        if (backend instanceof Backend.None && isPresent()) {
            backend = new Backend.Testing(startTest());
        } else if (backend instanceof Backend.Testing(Future<ToolRunner.Result> selfTest) && selfTest.isDone()) {
            backend = new Backend.Using(afterTest(selfTest));
        }
    }

    private SamplerResult sample(GpuSampler sampler) {
        try {
            SamplerResult result = sampler.sample();
            failure = "";
            return new SamplerResult(
                    result.samples().stream().map(this::withDiscoveredId).toList(), result.errors());
        } catch (RuntimeException failed) {
            failure = String.valueOf(failed.getMessage());
            close();
            throw failed;
        }
    }

    /** Replaces the UUID by the id of the discovered device. MIG devices keep their UUID: they are not discovered. */
    private GpuSample withDiscoveredId(GpuSample sample) {
        return sample.gpu().startsWith("GPU-")
                ? ids.apply(sample.pciId()).map(sample::withId).orElse(sample)
                : sample;
    }

    @Override
    public void close() {
        if (backend instanceof Backend.Using(GpuSampler sampler)) {
            sampler.close();
        }
        backend = new Backend.None();
    }

    private boolean isPresent() {
        return library.contains("/")
                ? Files.exists(Path.of(library))
                : Files.exists(root.resolve("proc/driver/nvidia/version"));
    }

    private Future<ToolRunner.Result> startTest() {
        FutureTask<ToolRunner.Result> selfTest =
                new FutureTask<>(() -> tools.run(testCommand(library), SELF_TEST_LIMIT));
        Thread.ofPlatform().daemon().name("nvml-self-test").start(selfTest);
        return selfTest;
    }

    private GpuSampler afterTest(Future<ToolRunner.Result> selfTest) {
        ToolRunner.Result result = selfTest.state() == Future.State.SUCCESS
                ? selfTest.resultNow()
                : new ToolRunner.Result(false, "", "the test process could not be started");
        if (result.success()) {
            try {
                GpuSampler nvml = new NvmlSampler(library, host, clock);
                LOG.infof("NVML loaded: library=%s", library);
                return nvml;
            } catch (IllegalArgumentException | IllegalStateException unusable) {
                LOG.warnf("NVML cannot be loaded, nvidia-smi is used: reason=%s", unusable.getMessage());
            }
        } else {
            LOG.warnf("NVML failed its self-test, nvidia-smi is used: reason=%s", result.error());
        }
        return new NvidiaSmiSampler(tools, host, clock);
    }

    /** Returns the command that runs {@link NvmlSelfTest}: the native executable itself, or a small JVM. */
    private static List<String> testCommand(String library) {
        if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
            return List.of(executable(), NvmlSelfTest.ARGUMENT, library);
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx32m",
                // A crash is expected: no report, no core file, exit code 1.
                "-XX:+SuppressFatalErrorMessage",
                "-XX:-CreateCoredumpOnCrash",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                ownClasses().toString(),
                NvmlSelfTest.class.getName(),
                library);
    }

    /** Returns the path: a child may not read this process's {@code /proc/<pid>/exe}. */
    private static String executable() {
        return ProcessHandle.current()
                .info()
                .command()
                .orElseThrow(() -> new IllegalStateException("/proc/self/exe cannot be read"));
    }

    private static Path ownClasses() {
        try {
            return Path.of(NvmlSelfTest.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("the class path has no such location", impossible);
        }
    }
}
