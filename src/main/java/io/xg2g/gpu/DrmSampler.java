package io.xg2g.gpu;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Sampler of Intel's (i915, xe) and AMD's (amdgpu) GPUs: {@code sysfs} for the device, {@link DrmClients} for its engines.
 * It needs no privileges and starts no process.
 */
final class DrmSampler implements GpuSampler {
    private static final double MEGA = 1e6;
    private static final double MILLI = 1e-3;
    private static final double MICRO = 1e-6;
    private static final double NANOS = 1e9;

    /** Value of a device's energy counter in microjoules. */
    private record Energy(double microjoules, long nanoTime) {}

    private final Path root;
    private final DeviceDiscovery discovery;
    private final DrmClients clients;
    private final String host;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<String, Energy> meters = new HashMap<>();

    /** Samples the devices that the discovery finds below the same root. */
    DrmSampler(Path root, DeviceDiscovery discovery, String host, Clock clock, LongSupplier nanoTime) {
        this.root = root;
        this.discovery = discovery;
        this.clients = new DrmClients(root);
        this.host = host;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    public String name() {
        return "drm";
    }

    @Override
    public SamplerResult sample() {
        List<Device> devices = discovery.discover().stream()
                .filter(device -> device.vendor() == Vendor.INTEL || device.vendor() == Vendor.AMD)
                .toList();
        if (devices.isEmpty()) {
            return SamplerResult.EMPTY;
        }
        DrmClients.Usage usage = clients.sample(nanoTime.getAsLong());
        List<GpuSample> samples = new ArrayList<>();
        for (Device device : devices) {
            Path sysfs = root.resolve("sys/class/drm").resolve(device.id()).resolve("device");
            samples.add(sample(device, sysfs, usage));
        }
        return new SamplerResult(List.copyOf(samples), List.of());
    }

    private GpuSample sample(Device device, Path sysfs, DrmClients.Usage usage) {
        String driver = KernelFiles.target(sysfs.resolve("driver"));
        String pciId = pciId(sysfs);
        MetricValues values = new MetricValues();
        boolean counts = usage.silent().stream().noneMatch(node -> isOf(node, device, sysfs));
        if (device.vendor() == Vendor.AMD) {
            amd(sysfs, pciId, usage, counts, values);
        } else {
            intel(driver, sysfs, pciId, usage, counts, values);
        }
        Path hwmon = hwmon(sysfs);
        values.add(GpuMetric.TEMPERATURE_CELSIUS, first(hwmon, "temp1_input", "temp2_input"), MILLI)
                .add(GpuMetric.POWER_WATTS, power(device.id(), hwmon), MICRO);
        String kernel =
                KernelFiles.read(root.resolve("proc/sys/kernel/osrelease")).strip();
        return new GpuSample(
                device.id(),
                device.vendor(),
                device.name(),
                host,
                pciId,
                (driver + " " + kernel).strip(),
                clock.instant(),
                values.values(),
                List.of());
    }

    private static void amd(Path sysfs, String pciId, DrmClients.Usage usage, boolean counts, MetricValues values) {
        OptionalDouble encoding = counts ? sum(usage.busy(pciId, "enc"), usage.busy(pciId, "enc_1")) : empty();
        OptionalDouble decoding = counts ? sum(usage.busy(pciId, "dec"), usage.busy(pciId, "jpeg")) : empty();
        values.add(GpuMetric.GPU_UTILIZATION_PERCENT, KernelFiles.number(sysfs.resolve("gpu_busy_percent")))
                .add(GpuMetric.MEMORY_UTILIZATION_PERCENT, KernelFiles.number(sysfs.resolve("mem_busy_percent")))
                // The firmware's value covers all processes, but is always 0 on some APUs.
                .add(
                        GpuMetric.ENCODER_UTILIZATION_PERCENT,
                        larger(encoding, KernelFiles.number(sysfs.resolve("vcn_busy_percent"))))
                .add(GpuMetric.DECODER_UTILIZATION_PERCENT, decoding)
                .add(GpuMetric.VRAM_USED_BYTES, KernelFiles.number(sysfs.resolve("mem_info_vram_used")))
                .add(GpuMetric.VRAM_TOTAL_BYTES, KernelFiles.number(sysfs.resolve("mem_info_vram_total")))
                .add(GpuMetric.GPU_CLOCK_HERTZ, first(hwmon(sysfs), "freq1_input"))
                .add(GpuMetric.MEMORY_CLOCK_HERTZ, first(hwmon(sysfs), "freq2_input"));
    }

    /** Intel's video engine encodes and decodes: one utilization for both. */
    private static void intel(
            String driver, Path sysfs, String pciId, DrmClients.Usage usage, boolean counts, MetricValues values) {
        boolean xe = driver.equals("xe");
        if (counts) {
            values.add(GpuMetric.GPU_UTILIZATION_PERCENT, usage.busy(pciId, xe ? "rcs" : "render"))
                    .add(GpuMetric.ENCODER_UTILIZATION_PERCENT, usage.busy(pciId, xe ? "vcs" : "video"))
                    .add(GpuMetric.VRAM_USED_BYTES, usage.vram(pciId));
        }
        values.add(
                GpuMetric.GPU_CLOCK_HERTZ,
                xe
                        ? KernelFiles.number(sysfs.resolve("tile0/gt0/freq0/act_freq"))
                        : KernelFiles.number(card(sysfs).resolve("gt_act_freq_mhz")),
                MEGA);
    }

    /** Returns the power in microwatts: of the sensor, or derived from the energy counter since the previous sample. */
    private OptionalDouble power(String id, Path hwmon) {
        OptionalDouble sensor = first(hwmon, "power1_average", "power1_input");
        OptionalDouble energy = first(hwmon, "energy1_input");
        if (sensor.isPresent() || energy.isEmpty()) {
            return sensor;
        }
        Energy now = new Energy(energy.getAsDouble(), nanoTime.getAsLong());
        Energy last = meters.put(id, now);
        return last == null || now.nanoTime() <= last.nanoTime() || now.microjoules() < last.microjoules()
                ? empty()
                : OptionalDouble.of(
                        (now.microjoules() - last.microjoules()) * NANOS / (now.nanoTime() - last.nanoTime()));
    }

    private static String pciId(Path sysfs) {
        try {
            return String.valueOf(sysfs.toRealPath().getFileName());
        } catch (IOException gone) {
            return "";
        }
    }

    private static boolean isOf(String node, Device device, Path sysfs) {
        return node.equals(device.id())
                || node.equals(String.valueOf(card(sysfs).getFileName()));
    }

    /** Returns the directory of the device's primary node, such as {@code card0}. */
    private static Path card(Path sysfs) {
        return KernelFiles.list(sysfs.resolve("drm")).stream()
                .filter(node -> String.valueOf(node.getFileName()).startsWith("card"))
                .findFirst()
                .orElse(sysfs);
    }

    private static Path hwmon(Path sysfs) {
        return KernelFiles.list(sysfs.resolve("hwmon")).stream().findFirst().orElse(sysfs);
    }

    private static OptionalDouble first(Path directory, String... names) {
        for (String name : names) {
            OptionalDouble number = KernelFiles.number(directory.resolve(name));
            if (number.isPresent()) {
                return number;
            }
        }
        return empty();
    }

    private static OptionalDouble sum(OptionalDouble one, OptionalDouble other) {
        return one.isPresent() && other.isPresent()
                ? OptionalDouble.of(Math.min(100, one.getAsDouble() + other.getAsDouble()))
                : empty();
    }

    private static OptionalDouble larger(OptionalDouble one, OptionalDouble other) {
        return one.isEmpty() || (other.isPresent() && other.getAsDouble() > one.getAsDouble()) ? other : one;
    }

    private static OptionalDouble empty() {
        return OptionalDouble.empty();
    }
}
