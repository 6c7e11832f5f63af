package io.xg2g.gpu;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Sampler of NVIDIA's GPUs and their MIG devices by {@link Nvml}. A GPU that has fallen off the bus is omitted; if the driver
 * fails, so does the sample.
 */
final class NvmlSampler implements GpuSampler {
    private static final double MEGA = 1e6;
    private static final double MILLI = 1e-3;
    private static final int OF_THE_GPU = 0;
    private static final int GRAPHICS = 0;
    private static final int MEMORY = 2;

    private final Nvml nvml;
    private final String host;
    private final Clock clock;
    /** UUIDs by address of the GPU's handle; retained for the XID error of a GPU that is lost. */
    private final Map<Long, String> uuids = new HashMap<>();

    /**
     * Loads the library.
     *
     * @param library name or path
     * @param host name of this machine
     * @throws IllegalArgumentException if there is no such library
     * @throws NvmlException if it cannot be used
     */
    NvmlSampler(String library, String host, Clock clock) {
        this.nvml = new Nvml(library);
        this.host = host;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "nvml";
    }

    @Override
    public SamplerResult sample() {
        String driver = "nvidia " + nvml.driverVersion().orElse("");
        List<GpuSample> samples = new ArrayList<>();
        for (MemorySegment gpu : nvml.devices()) {
            try {
                sample(gpu, driver, samples);
            } catch (NvmlException lost) {
                if (!lost.isOfOneDevice()) {
                    throw lost;
                }
            }
        }
        List<SamplerResult.DriverError> errors = nvml.xids().stream()
                .map(xid -> new SamplerResult.DriverError(uuids.getOrDefault(xid.device(), "unknown"), xid.number()))
                .toList();
        return new SamplerResult(List.copyOf(samples), errors);
    }

    private void sample(MemorySegment gpu, String driver, List<GpuSample> samples) {
        String uuid = nvml.text("nvmlDeviceGetUUID", gpu).orElse("");
        if (uuid.isEmpty()) {
            return;
        }
        if (!uuid.equals(uuids.put(gpu.address(), uuid))) {
            nvml.registerEvents(gpu);
        }
        String pciId = nvml.busId(gpu).map(NvmlSampler::kernelAddress).orElse("");
        samples.add(sample(gpu, uuid, pciId, driver));
        for (MemorySegment mig : nvml.migDevices(gpu)) {
            nvml.text("nvmlDeviceGetUUID", mig).ifPresent(id -> samples.add(sample(mig, id, pciId, driver)));
        }
    }

    private GpuSample sample(MemorySegment device, String uuid, String pciId, String driver) {
        Nvml.Pair utilization = nvml.utilization(device);
        Nvml.Memory memory = nvml.memory(device);
        List<EncoderSession> sessions = nvml.encoderSessions(device).orElse(null);
        OptionalDouble open = sessions == null ? OptionalDouble.empty() : OptionalDouble.of(sessions.size());
        MetricValues values = new MetricValues()
                .add(GpuMetric.GPU_UTILIZATION_PERCENT, utilization.first())
                .add(GpuMetric.MEMORY_UTILIZATION_PERCENT, utilization.second())
                .add(GpuMetric.ENCODER_UTILIZATION_PERCENT, nvml.average("nvmlDeviceGetEncoderUtilization", device))
                .add(GpuMetric.DECODER_UTILIZATION_PERCENT, nvml.average("nvmlDeviceGetDecoderUtilization", device))
                .add(GpuMetric.VRAM_USED_BYTES, memory.used())
                .add(GpuMetric.VRAM_TOTAL_BYTES, memory.total())
                .add(GpuMetric.TEMPERATURE_CELSIUS, nvml.number("nvmlDeviceGetTemperature", device, OF_THE_GPU))
                .add(GpuMetric.POWER_WATTS, nvml.number("nvmlDeviceGetPowerUsage", device), MILLI)
                .add(GpuMetric.GPU_CLOCK_HERTZ, nvml.number("nvmlDeviceGetClockInfo", device, GRAPHICS), MEGA)
                .add(GpuMetric.MEMORY_CLOCK_HERTZ, nvml.number("nvmlDeviceGetClockInfo", device, MEMORY), MEGA)
                .add(GpuMetric.ENCODER_SESSIONS, open);
        return new GpuSample(
                uuid,
                Vendor.NVIDIA,
                nvml.text("nvmlDeviceGetName", device).orElse("NVIDIA GPU"),
                host,
                pciId,
                driver,
                clock.instant(),
                values.values(),
                sessions == null ? List.of() : sessions);
    }

    /** Converts a PCI address to the kernel's form: {@code 0000:01:00.0} for NVIDIA's {@code 00000000:01:00.0}. */
    static String kernelAddress(String busId) {
        String address = busId.toLowerCase(Locale.ROOT);
        return address.matches("0000[0-9a-f]{4}:.*") ? address.substring(4) : address;
    }

    Set<FunctionDescriptor> signatures() {
        return nvml.signatures();
    }

    @Override
    public void close() {
        nvml.close();
    }
}
