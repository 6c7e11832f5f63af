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
 * Looks at NVIDIA's GPUs by their maker's program, where the library cannot be used: a process for each look, and no
 * sessions, MIG devices or errors.
 */
final class NvidiaSmiSampler implements GpuSampler {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final double MEGA = 1e6;
    private static final double MEBI = 1 << 20;

    /**
     * What is asked for.
     *
     * @param field nvidia-smi's name of it
     * @param unit how much of the metric's unit one of nvidia-smi's is
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

    /** Older versions of the program do not know the last two and answer nothing when asked. */
    private static final List<Column> ALL = Stream.concat(
                    BASIC.stream(),
                    Stream.of(
                            new Column("utilization.encoder", GpuMetric.ENCODER_UTILIZATION_PERCENT, 1),
                            new Column("utilization.decoder", GpuMetric.DECODER_UTILIZATION_PERCENT, 1)))
            .toList();

    private final ToolRun tools;
    private final String host;
    private final Clock clock;
    private List<Column> columns = ALL;

    NvidiaSmiSampler(ToolRun tools, String host, Clock clock) {
        this.tools = tools;
        this.host = host;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "nvidia-smi";
    }

    @Override
    public SamplerResult look() {
        ToolRun.Ran ran = ask(columns);
        if (!ran.success() && columns.equals(ALL)) {
            ran = ask(BASIC);
            columns = ran.success() ? BASIC : ALL;
        }
        if (!ran.success()) {
            throw new IllegalStateException("nvidia-smi: " + ran.problem());
        }
        List<GpuSample> samples = new ArrayList<>();
        for (String line : ran.output().lines().toList()) {
            List<String> cells =
                    Arrays.stream(line.split(",", -1)).map(String::strip).toList();
            if (cells.size() == columns.size() && cells.getFirst().startsWith("GPU-")) {
                samples.add(sample(cells));
            }
        }
        return new SamplerResult(List.copyOf(samples), List.of());
    }

    private ToolRun.Ran ask(List<Column> wanted) {
        String fields = String.join(",", wanted.stream().map(Column::field).toList());
        return tools.run(List.of("nvidia-smi", "--query-gpu=" + fields, "--format=csv,noheader,nounits"), LIMIT);
    }

    private GpuSample sample(List<String> cells) {
        Figures figures = new Figures();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            if (column.metric() != null) {
                figures.add(column.metric(), number(cells.get(i)), column.unit());
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
                figures.values(),
                List.of());
    }

    /** Empty for {@code [N/A]}, {@code [Not Supported]}, {@code [GPU is lost]}. */
    private static OptionalDouble number(String cell) {
        return cell.matches("\\d{1,12}(\\.\\d{1,9})?")
                ? OptionalDouble.of(Double.parseDouble(cell))
                : OptionalDouble.empty();
    }
}
