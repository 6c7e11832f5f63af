package io.xg2g.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceDiscoveryTest {
    private static final String L4 = "GPU-5c1f0fb1-8a31-4f0e-a9b5-1c2d3e4f5a6b";
    private static final String T4 = "GPU-77c0a1b2-0b1c-4d2e-8f3a-9a8b7c6d5e4f";

    @TempDir
    Path root;

    @Test
    void aBareMachineHasSoftwareOnly() {
        assertThat(discover(null)).containsExactly(Device.SOFTWARE);
    }

    @Test
    void nvidiaDevicesAreNumberedInPciOrder() throws IOException {
        nvidia("0000:65:00.0", "NVIDIA L4", L4, 0, true);
        nvidia("0000:17:00.0", "Tesla T4", T4, 1, true);

        assertThat(discover(null))
                .containsExactly(
                        new Device(T4, Vendor.NVIDIA, "Tesla T4", 0, ""),
                        new Device(L4, Vendor.NVIDIA, "NVIDIA L4", 1, ""),
                        Device.SOFTWARE);
    }

    @Test
    void anNvidiaDeviceWithoutItsNodeIsNotListed() throws IOException {
        nvidia("0000:17:00.0", "Tesla T4", T4, 0, false);
        nvidia("0000:65:00.0", "NVIDIA L4", L4, 1, true);

        assertThat(discover(null)).containsExactly(new Device(L4, Vendor.NVIDIA, "NVIDIA L4", 0, ""), Device.SOFTWARE);
    }

    @Test
    void anUnknownUuidIsReplacedByTheDeviceNumber() throws IOException {
        nvidia("0000:17:00.0", "Tesla T4", "GPU-????????-????-????-????-????????????", 3, true);

        assertThat(discover(null)).first().isEqualTo(new Device("nvidia3", Vendor.NVIDIA, "Tesla T4", 0, ""));
    }

    @Test
    void cudaVisibleDevicesSelectsAndOrders() throws IOException {
        nvidia("0000:17:00.0", "Tesla T4", T4, 0, true);
        nvidia("0000:65:00.0", "NVIDIA L4", L4, 1, true);

        assertThat(discover("1,0")).extracting(Device::id).containsExactly(L4, T4, "software");
        assertThat(discover("GPU-77c0")).extracting(Device::id).containsExactly(T4, "software");
        assertThat(discover("1,7,0")).extracting(Device::id).containsExactly(L4, "software");
        assertThat(discover("")).extracting(Device::id).containsExactly("software");
        assertThat(discover("1,0")).extracting(Device::index).containsExactly(0, 1, 0);
    }

    @Test
    void renderNodesAreDistinguishedByVendor() throws IOException {
        renderNode("renderD128", "0x8086\n", "0x56c0\n");
        renderNode("renderD129", "0x1002\n", "");
        renderNode("renderD130", "0x10de\n", "");
        renderNode("renderD131", "garbage", "");
        Files.createFile(root.resolve("dev/dri/card0"));

        assertThat(discover(null))
                .containsExactly(
                        new Device("renderD128", Vendor.INTEL, "Intel GPU 0x56c0", 0, "/dev/dri/renderD128"),
                        new Device("renderD129", Vendor.AMD, "AMD GPU", 0, "/dev/dri/renderD129"),
                        Device.SOFTWARE);
    }

    @Test
    void anAmdDeviceHasItsProductName() throws IOException {
        renderNode("renderD128", "0x1002\n", "0x73bf\n");
        Files.writeString(root.resolve("sys/class/drm/renderD128/device/product_name"), "Radeon PRO V620\n");

        assertThat(discover(null)).first().extracting(Device::name).isEqualTo("Radeon PRO V620");
    }

    @Test
    void brokenInformationIsSkipped() throws IOException {
        Path gpu = Files.createDirectories(root.resolve("proc/driver/nvidia/gpus/0000:01:00.0"));
        Files.writeString(gpu.resolve("information"), "no colon here\nDevice Minor: not-a-number\n");

        assertThat(discover(null)).containsExactly(Device.SOFTWARE);
    }

    private List<Device> discover(@Nullable String visible) {
        return new DeviceDiscovery(root, visible).discover();
    }

    private void nvidia(String address, String model, String uuid, int minor, boolean node) throws IOException {
        Path gpu =
                Files.createDirectories(root.resolve("proc/driver/nvidia/gpus").resolve(address));
        Files.writeString(gpu.resolve("information"), """
                Model: \t\t %s
                IRQ:   \t\t 138
                GPU UUID: \t %s
                Video BIOS: \t 90.04.96.00.01
                Bus Type: \t PCIe
                Bus Location: \t %s
                Device Minor: \t %d
                """.formatted(model, uuid, address, minor));
        if (node) {
            Files.createFile(Files.createDirectories(root.resolve("dev")).resolve("nvidia" + minor));
        }
    }

    private void renderNode(String name, String vendor, String device) throws IOException {
        Files.createFile(Files.createDirectories(root.resolve("dev/dri")).resolve(name));
        Path sysfs = Files.createDirectories(
                root.resolve("sys/class/drm").resolve(name).resolve("device"));
        Files.writeString(sysfs.resolve("vendor"), vendor);
        if (!device.isEmpty()) {
            Files.writeString(sysfs.resolve("device"), device);
        }
    }
}
