package io.xg2g.telemetry;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** DCGM exports for tests, the same in every run. */
public final class DcgmCsv {
    /** Header of every export. */
    public static final String HEADER = String.join(",", DcgmReader.COLUMNS);

    /** Time of the first rows. */
    public static final Instant START = Instant.parse("2025-07-18T20:42:34Z");

    /** Sampling interval. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    public static final List<String> METRICS = List.of(
            "DCGM_FI_DEV_GPU_UTIL",
            "DCGM_FI_DEV_MEM_COPY_UTIL",
            "DCGM_FI_DEV_ENC_UTIL",
            "DCGM_FI_DEV_DEC_UTIL",
            "DCGM_FI_DEV_FB_USED",
            "DCGM_FI_DEV_FB_FREE",
            "DCGM_FI_DEV_GPU_TEMP",
            "DCGM_FI_DEV_POWER_USAGE",
            "DCGM_FI_DEV_SM_CLOCK",
            "DCGM_FI_DEV_MEM_CLOCK");

    private DcgmCsv() {}

    /** The UUID of a GPU of an export. */
    public static String uuid(int host, int gpu) {
        return "GPU-%08x-86f3-7a43-b711-%012x".formatted(host, gpu);
    }

    /**
     * An export of one host.
     *
     * @param samples number of samples of each metric of each GPU
     */
    public static String export(int host, int gpus, int samples) {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        for (int sample = 0; sample < samples; sample++) {
            for (String metric : METRICS) {
                for (int gpu = 0; gpu < gpus; gpu++) {
                    lines.add(row(
                            START.plus(INTERVAL.multipliedBy(sample)), metric, host, gpu, value(metric, gpu, sample)));
                }
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** Value of an export at that position. */
    public static double value(String metric, int gpu, int sample) {
        return METRICS.indexOf(metric) * 1000 + gpu * 100 + sample % 100 + 0.5;
    }

    private static String row(Instant time, String metric, int host, int gpu, double value) {
        String labels = "DCGM_FI_DRIVER_VERSION=\"\"535.129.03\"\",Hostname=\"\"host-%d\"\",device=\"\"nvidia%d\"\""
                .formatted(host, gpu);
        return "%s,%s,%d,nvidia%d,%s,NVIDIA H100 80GB HBM3,host-%d,,,,%s,\"%s\""
                .formatted(time, metric, gpu, gpu, uuid(host, gpu), host, value, labels);
    }

    static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
