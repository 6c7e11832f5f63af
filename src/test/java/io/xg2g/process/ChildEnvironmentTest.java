package io.xg2g.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildEnvironmentTest {
    @Test
    void onlyRequiredVariablesArePassedOn() {
        Map<String, String> own = Map.of(
                "PATH", "/bin",
                "SECRET_TOKEN", "x",
                "LD_LIBRARY_PATH", "/lib",
                "LIBVA_DRIVER_NAME", "iHD",
                "NVIDIA_VISIBLE_DEVICES", "all",
                "CUDA_VISIBLE_DEVICES", "0",
                "HOME", "/root");

        assertThat(ChildEnvironment.of(own, Path.of("/tmp/u1")))
                .containsOnly(
                        Map.entry("PATH", "/bin"),
                        Map.entry("LD_LIBRARY_PATH", "/lib"),
                        Map.entry("LIBVA_DRIVER_NAME", "iHD"),
                        Map.entry("NVIDIA_VISIBLE_DEVICES", "all"),
                        Map.entry("CUDA_VISIBLE_DEVICES", "0"),
                        Map.entry("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),
                        Map.entry("HOME", "/tmp/u1"));
    }
}
