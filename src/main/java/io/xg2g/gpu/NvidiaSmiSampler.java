package io.xg2g.gpu;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sampler of NVIDIA's GPUs by {@code nvidia-smi}, for machines where NVML cannot be used: one process for each sample, and no
 * encoder sessions, MIG devices or XID errors.
 */
final class NvidiaSmiSampler implements GpuSampler {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final double MEGA = 1e6;
    private static final double MEBI = 1 << 20;

    /**
     * Column of the query.
     *
     * @param field name in {@code nvidia-smi --help-query-gpu}
     * @param unit nvidia-smi's unit in the metric's unit
     */
    private record Column(String field, @Nullable GpuMetric metric, double unit) {}

    private static final List<Column> BASIC = List.of(
            new Column("uuid", null, 1),
            new Column("name", null, 1),
            new Column("pci.bus_id", null, 1),
            new Column("driver_version", null, 1),
            new Column("utilization.gpu", GpuMetric.GPU_UTILIZATION_PERCENT, 1),
            new Column("utilization.memory", GpuMetric.MEMORY_UTILIZATION_PERCENT, 1),
            new Column("memory.used", GpuMetric.VRAM_USED_BYTES, MEBI),
            new Column("memory.total", GpuMetric.VRAM_TOTAL_BYTES, MEBI),
            new Column("temperature.gpu", GpuMetric.TEMPERATURE_CELSIUS, 1),
            new Column("power.draw", GpuMetric.POWER_WATTS, 1),
            new Column("clocks.gr", GpuMetric.GPU_CLOCK_HERTZ, MEGA),
            new Column("clocks.mem", GpuMetric.MEMORY_CLOCK_HERTZ, MEGA),
            new Column("encoder.stats.sessionCount", GpuMetric.ENCODER_SESSIONS, 1));

    /** Older versions of nvidia-smi do not know the last two columns and fail if they are queried. */
    private static final List<Column> ALL = Stream.concat(
                    BASIC.stream(),
                    Stream.of(
                            new Column("utilization.encoder", GpuMetric.ENCODER_UTILIZATION_PERCENT, 1),
                            new Column("utilization.decoder", GpuMetric.DECODER_UTILIZATION_PERCENT, 1)))
            .toList();

    private final ToolRunner tools;
    private final String host;
    private final Clock clock;
    private List<Column> columns = ALL;

    NvidiaSmiSampler(ToolRunner tools, String host, Clock clock) {
        this.tools = tools;
        this.host = host;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "nvidia-smi";
    }

    @Override
    public SamplerResult sample() {
        ToolRunner.Result result = query(columns);
        if (!result.success() && columns.equals(ALL)) {
            result = query(BASIC);
            columns = result.success() ? BASIC : ALL;
        }
        if (!result.success()) {
            throw new IllegalStateException("nvidia-smi: " + result.error());
        }
        List<GpuSample> samples = new ArrayList<>();
        for (String line : result.output().lines().toList()) {
            List<String> cells =
                    Arrays.stream(line.split(",", -1)).map(String::strip).toList();
            if (cells.size() == columns.size() && cells.getFirst().startsWith("GPU-")) {
                samples.add(sample(cells));
            }
        }
        return new SamplerResult(List.copyOf(samples), List.of());
    }

    private ToolRunner.Result query(List<Column> queried) {
        String fields = String.join(",", queried.stream().map(Column::field).toList());
        return tools.run(List.of("nvidia-smi", "--query-gpu=" + fields, "--format=csv,noheader,nounits"), LIMIT);
    }

    private GpuSample sample(List<String> cells) {
        MetricValues values = new MetricValues();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            if (column.metric() != null) {
                values.add(column.metric(), number(cells.get(i)), column.unit());
            }
        }
        return new GpuSample(
                cells.get(0),
                Vendor.NVIDIA,
                cells.get(1),
                host,
                NvmlSampler.kernelAddress(cells.get(2)),
                "nvidia " + cells.get(3),
                clock.instant(),
                values.values(),
                List.of());
    }

    /** Returns the number in a cell; empty for {@code [N/A]}, {@code [Not Supported]}, {@code [GPU is lost]}. */
    private static OptionalDouble number(String cell) {
        return cell.matches("\\d{1,12}(\\.\\d{1,9})?")
                ? OptionalDouble.of(Double.parseDouble(cell))
                : OptionalDouble.empty();
    }
}
