package io.xg2g.gpu;

import com.sun.management.OperatingSystemMXBean;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Measurement of the cost of GPU samples and, with an NVIDIA GPU, compares the values with nvidia-smi. */
public final class GpuCheck {
    private static final int WARM_UP = 200;
    private static final int LOOKS = 1_000;
    private static final double INTERVAL_NANOS = 5e9;
    private static final int PROCESSES = 300;

    /** Tolerance between two values that were read one after the other, one of them rounded. */
    private static final Map<String, Double> ROUNDING = Map.of(
            "vram_total_bytes", (double) (1 << 20),
            "vram_used_bytes", 64.0 * (1 << 20),
            "temperature_celsius", 2.0,
            "power_watts", 25.0,
            "gpu_utilization_percent", 15.0,
            "memory_utilization_percent", 15.0,
            "encoder_utilization_percent", 15.0,
            "decoder_utilization_percent", 15.0,
            "encoder_sessions", 0.0);

    private GpuCheck() {}

    /** Prints the cost of samples, and the values of this machine's GPUs. */
    public static void run(PrintStream out) throws IOException {
        Path directory = TemporaryDirectory.create("gpu-check");
        out.println("| sample | CPU time, ms | of one core, at one in 5 s |");
        out.println("|---|---|---|");
        try (NvmlSampler fake =
                new NvmlSampler(FakeNvml.compile(directory.resolve("lib")).path(), "", clock())) {
            cost("NVML: a stand-in with two GPUs and two MIG devices", fake, out);
        }
        cost("DRM: one GPU, " + PROCESSES + " processes, each with an open file of it", drm(directory), out);
        Path root = Path.of("/");
        cost(
                "DRM: every process of this machine",
                new GpuSampler() {
                    private final DrmClients clients = new DrmClients(root);

                    @Override
                    public String name() {
                        return "drm";
                    }

                    @Override
                    public SamplerResult sample() {
                        clients.sample(System.nanoTime());
                        return SamplerResult.EMPTY;
                    }
                },
                out);
        if (!Files.exists(root.resolve("proc/driver/nvidia/version"))) {
            out.println("\nNo NVIDIA driver is loaded here: nothing was compared with nvidia-smi.");
            return;
        }
        try (NvmlSampler nvml = new NvmlSampler("libnvidia-ml.so.1", "", clock())) {
            cost("NVML of this machine", nvml, out);
            compare(nvml, out);
        }
    }

    private static DrmSampler drm(Path directory) {
        DrmTree tree = new DrmTree(directory);
        tree.device("renderD128", "card0", "0000:03:00.0", "i915", "0x8086");
        for (int pid = 1000; pid < 1000 + PROCESSES; pid++) {
            tree.fd(
                    pid,
                    5,
                    "renderD128",
                    List.of(
                            "drm-driver:\ti915",
                            "drm-pdev:\t0000:03:00.0",
                            "drm-client-id:\t" + pid,
                            "drm-engine-render:\t1 ns",
                            "drm-engine-video:\t1 ns",
                            "drm-engine-capacity-video:\t2"));
        }
        return new DrmSampler(directory, new DeviceDiscovery(directory, null), "", clock(), System::nanoTime);
    }

    private static void cost(String what, GpuSampler sampler, PrintStream out) {
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        for (int i = 0; i < WARM_UP; i++) {
            sampler.sample();
        }
        long before = process.getProcessCpuTime();
        for (int i = 0; i < LOOKS; i++) {
            sampler.sample();
        }
        double nanos = (double) (process.getProcessCpuTime() - before) / LOOKS;
        out.printf("| %s | %.2f | %.3f %% |%n", what, nanos / 1e6, 100 * nanos / INTERVAL_NANOS);
    }

    private static void compare(NvmlSampler nvml, PrintStream out) {
        List<String> apart = new ArrayList<>();
        out.println("\n| GPU | figure | NVML | nvidia-smi |");
        out.println("|---|---|---|---|");
        Map<String, GpuSample> said = new NvidiaSmiSampler(GpuCheck::process, "", clock())
                .sample().samples().stream().collect(Collectors.toMap(GpuSample::gpu, sample -> sample));
        for (GpuSample sample : nvml.sample().samples()) {
            GpuSample other = said.get(sample.gpu());
            if (other != null) {
                compare(sample, other, apart, out);
            }
        }
        out.println();
        if (!apart.isEmpty()) {
            throw new IllegalStateException("NVML and nvidia-smi do not agree: " + apart);
        }
        out.println("Every figure agrees with nvidia-smi, within its rounding and what moments change.");
    }

    private static void compare(GpuSample sample, GpuSample other, List<String> apart, PrintStream out) {
        other.values().forEach((figure, value) -> {
            Double own = sample.values().get(figure);
            out.printf("| %s | %s | %s | %.2f |%n", sample.name(), figure, own, value);
            double allowed = ROUNDING.getOrDefault(figure, Double.MAX_VALUE);
            if (own == null || Math.abs(own - value) > allowed) {
                apart.add(figure + " of " + sample.gpu() + ": " + own + ", " + value);
            }
        });
        if (!sample.name().equals(other.name()) || !sample.pciId().equals(other.pciId())) {
            apart.add("name or PCI address of " + sample.gpu());
        }
    }

    private static ToolRunner.Result process(List<String> command, Duration within) {
        try {
            Process process = new ProcessBuilder(command).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0
                    ? new ToolRunner.Result(true, output, "")
                    : new ToolRunner.Result(
                            false,
                            output,
                            Objects.toString(output.lines().findFirst().orElse("failed")));
        } catch (IOException missing) {
            throw new UncheckedIOException("nvidia-smi is needed for the comparison", missing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ToolRunner.Result(false, "", "interrupted");
        }
    }

    private static Clock clock() {
        return Clock.systemUTC();
    }
}
