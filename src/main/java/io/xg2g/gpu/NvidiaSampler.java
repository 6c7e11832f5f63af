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
 * Looks at NVIDIA's GPUs: by the library where a child process has shown that it can be loaded, else by
 * {@code nvidia-smi}. It begins anew after every failure, so that it takes up another driver or a mended library.
 */
final class NvidiaSampler implements GpuSampler {
    private static final Logger LOG = Logger.getLogger(NvidiaSampler.class);
    private static final Duration TRIAL = Duration.ofSeconds(10);

    /** How it looks. */
    private sealed interface Backend {
        /** Nothing is known, or nothing is there. */
        record None() implements Backend {}

        /** The library is being tried. */
        record Trying(Future<ToolRun.Ran> trial) implements Backend {}

        record Using(GpuSampler sampler) implements Backend {}
    }

    private final String library;
    private final Path root;
    private final Function<String, Optional<String>> ids;
    private final ToolRun tools;
    private final String host;
    private final Clock clock;
    private Backend backend = new Backend.None();
    /** Why the last look failed; empty since one went well. */
    private String failure = "";

    /**
     * Makes a sampler that has not looked for anything yet.
     *
     * @param library the name of the library, which is tried where NVIDIA's driver is loaded; or a path, which is tried
     *     where the file exists
     * @param root where {@code proc} lies
     * @param ids the ids of devices by their PCI address, where they are known
     */
    NvidiaSampler(
            String library,
            Path root,
            Function<String, Optional<String>> ids,
            ToolRun tools,
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

    /** Looks, or says nothing while there is no driver, or the library is being tried for the first time. */
    @Override
    public SamplerResult look() {
        advance();
        return switch (backend) {
            case Backend.None _ -> SamplerResult.NOTHING;
            case Backend.Trying _ -> {
                // As long as nothing has gone well again, this is a failure too, and ends with a pause.
                if (!failure.isEmpty()) {
                    throw new IllegalStateException(failure);
                }
                yield SamplerResult.NOTHING;
            }
            case Backend.Using(GpuSampler sampler) -> look(sampler);
        };
    }

    private void advance() {
        if (backend instanceof Backend.None && isThere()) {
            backend = new Backend.Trying(tryLibrary());
        } else if (backend instanceof Backend.Trying(Future<ToolRun.Ran> trial) && trial.isDone()) {
            backend = new Backend.Using(after(trial));
        }
    }

    private SamplerResult look(GpuSampler sampler) {
        try {
            SamplerResult reading = sampler.look();
            failure = "";
            return new SamplerResult(
                    reading.samples().stream().map(this::identified).toList(), reading.errors());
        } catch (RuntimeException failed) {
            failure = String.valueOf(failed.getMessage());
            close();
            throw failed;
        }
    }

    /** Under the id of its device, which need not be the UUID. Parts of a device (MIG) are no devices. */
    private GpuSample identified(GpuSample sample) {
        return sample.gpu().startsWith("GPU-")
                ? ids.apply(sample.pciId()).map(sample::as).orElse(sample)
                : sample;
    }

    @Override
    public void close() {
        if (backend instanceof Backend.Using(GpuSampler sampler)) {
            sampler.close();
        }
        backend = new Backend.None();
    }

    private boolean isThere() {
        return library.contains("/")
                ? Files.exists(Path.of(library))
                : Files.exists(root.resolve("proc/driver/nvidia/version"));
    }

    private Future<ToolRun.Ran> tryLibrary() {
        FutureTask<ToolRun.Ran> trial = new FutureTask<>(() -> tools.run(trial(library), TRIAL));
        Thread.ofVirtual().name("nvml-trial").start(trial);
        return trial;
    }

    private GpuSampler after(Future<ToolRun.Ran> trial) {
        ToolRun.Ran ran = trial.state() == Future.State.SUCCESS
                ? trial.resultNow()
                : new ToolRun.Ran(false, "", "its trial could not be run");
        if (ran.success()) {
            try {
                GpuSampler nvml = new NvmlSampler(library, host, clock);
                LOG.infof("GPUs are looked at by NVML library=%s", library);
                return nvml;
            } catch (IllegalArgumentException | IllegalStateException unusable) {
                LOG.warnf("NVML cannot be loaded, nvidia-smi is used reason=%s", unusable.getMessage());
            }
        } else {
            LOG.warnf("NVML failed its trial, nvidia-smi is used reason=%s", ran.problem());
        }
        return new NvidiaSmiSampler(tools, host, clock);
    }

    /** The command that runs {@link NvmlTrial}: the native executable itself, or a small JVM. */
    private static List<String> trial(String library) {
        if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
            return List.of(executable(), NvmlTrial.ARGUMENT, library);
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx32m",
                // A crash is what this is for: it leaves neither a report nor a core file, and an exit code of 1.
                "-XX:+SuppressFatalErrorMessage",
                "-XX:-CreateCoredumpOnCrash",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                ownClasses().toString(),
                NvmlTrial.class.getName(),
                library);
    }

    /** By its path: a child may not read this process's {@code /proc/<pid>/exe}. */
    private static String executable() {
        return ProcessHandle.current()
                .info()
                .command()
                .orElseThrow(() -> new IllegalStateException("/proc/self/exe cannot be read"));
    }

    private static Path ownClasses() {
        try {
            return Path.of(NvmlTrial.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("the class path has no such location", impossible);
        }
    }
}
