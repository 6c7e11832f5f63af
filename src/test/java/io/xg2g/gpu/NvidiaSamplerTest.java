package io.xg2g.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behaviour without NVML: nothing native is loaded here. */
class NvidiaSamplerTest {
    private static final String L4 = "GPU-5c1f0fb1-8a31-4f0e-a9b5-1c2d3e4f5a6b, NVIDIA L4, 00000000:41:00.0,"
            + " 550.54.15, 37, 12, 3338, 23034, 61, 45.25, 1590, 6251, 2, 64, 21";

    @TempDir
    Path root;

    private DeviceDiscovery discovery;

    private final List<String> selfTests = new CopyOnWriteArrayList<>();
    private volatile String smi = L4;

    @BeforeEach
    void thereIsNoDevice() {
        discovery = new DeviceDiscovery(root, null);
    }

    @Test
    void withoutTheDriverNoSelfTestIsRun() {
        NvidiaSampler sampler = sampler("libnvidia-ml.so.1");

        assertThat(sampler.sample()).isEqualTo(SamplerResult.EMPTY);
        assertThat(sampler("/nowhere/libnvidia-ml.so.1").sample()).isEqualTo(SamplerResult.EMPTY);
        assertThat(sampler.sample()).isEqualTo(SamplerResult.EMPTY);
        assertThat(selfTests).isEmpty();
    }

    @Test
    void nvidiaSmiIsUsedIfTheSelfTestFails() throws IOException {
        loadDriver();
        NvidiaSampler sampler = sampler("libnvidia-ml.so.1");

        assertThat(sampler.sample()).isEqualTo(SamplerResult.EMPTY);
        await().until(() -> !sampler.sample().samples().isEmpty());

        sampler.sample();
        assertThat(selfTests).hasSize(1);
        assertThat(selfTests.getFirst()).contains("NvmlSelfTest").endsWith("libnvidia-ml.so.1]");
    }

    @Test
    void afterAFailureSamplesFailUntilAnotherSelfTestSucceeds() throws IOException {
        loadDriver();
        NvidiaSampler sampler = sampler("libnvidia-ml.so.1");
        smi = "";
        await().untilAsserted(() -> assertThatThrownBy(sampler::sample).hasMessage("nvidia-smi: no such program"));

        // The library is tested again.
        assertThatThrownBy(sampler::sample).hasMessage("nvidia-smi: no such program");
        smi = L4;
        await().ignoreExceptions().until(() -> !sampler.sample().samples().isEmpty());

        assertThat(selfTests).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void aSampleHasTheDeviceIdIfTheKernelHidesTheUuid() throws IOException {
        loadDriver();
        Path gpu = Files.createDirectories(root.resolve("proc/driver/nvidia/gpus/0000:41:00.0"));
        Files.writeString(
                gpu.resolve("information"),
                "Model: NVIDIA L4\nGPU UUID: GPU-????????-????-????-????-????????????\nDevice Minor: 3\n");
        Files.createDirectories(root.resolve("dev"));
        Files.createFile(root.resolve("dev/nvidia3"));
        Device device = discovery.discover().getFirst();
        NvidiaSampler sampler = sampler("libnvidia-ml.so.1");

        await().until(() -> !sampler.sample().samples().isEmpty());

        assertThat(sampler.sample().samples().getFirst().gpu())
                .isEqualTo(device.id())
                .isEqualTo("nvidia3");
        // A UUID that the kernel reports later does not change the device.
        Files.writeString(
                gpu.resolve("information"),
                "Model: NVIDIA L4\nGPU UUID: GPU-5c1f0fb1-8a31-4f0e-a9b5-1c2d3e4f5a6b\nDevice Minor: 3\n");
        assertThat(discovery.discover().getFirst().id()).isEqualTo("nvidia3");
    }

    private void loadDriver() throws IOException {
        Path driver = Files.createDirectories(root.resolve("proc/driver/nvidia"));
        Files.writeString(driver.resolve("version"), "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15\n");
    }

    private NvidiaSampler sampler(String library) {
        return new NvidiaSampler(library, root, discovery::nvidiaId, this::run, "host1", Clock.systemUTC());
    }

    private ToolRunner.Result run(List<String> command, Duration within) {
        assertThat(within).isPositive();
        if (!command.getFirst().equals("nvidia-smi")) {
            selfTests.add(command.toString());
            return new ToolRunner.Result(false, "", "signal 11 ended it");
        }
        return smi.isEmpty()
                ? new ToolRunner.Result(false, "", "no such program")
                : new ToolRunner.Result(true, smi, "");
    }
}
