package io.xg2g.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** Table of {@link MediaBenchmark}. */
final class MediaCost {
    private static final double BITS = 8;
    private static final double CHANNEL = 20;

    /** Row of the table, by its benchmark method. */
    private record Row(String name, String method) {}

    private static final List<Row> ROWS = List.of(
            new Row("`System.arraycopy`", "copy"),
            new Row("`SourceMonitor`", "monitor"),
            new Row("`TsDemuxer`", "demux"),
            new Row("both", "demuxAndMonitor"),
            new Row("`TsTimes.shift`", "shift"));

    private MediaCost() {}

    static void run(PrintStream out) throws RunnerException, IOException {
        Map<String, Double> micros = measure();
        double bytes = MediaBenchmark.stream().length;
        out.printf("%.0f MB of MPEG-TS, H.264 with AC-3 and AAC, in pieces of 64 KiB.%n%n", bytes / 1e6);
        out.println("| one core, one pass | MB/s | cost in copies | channels of 20 Mbit/s |");
        out.println("|---|---|---|---|");
        for (Row row : ROWS) {
            double rate = bytes / micros.get(row.method());
            out.printf(
                    "| %s | %.0f | %.1f | %.0f |%n",
                    row.name(), rate, micros.get(row.method()) / micros.get("copy"), rate * BITS / CHANNEL);
        }
    }

    private static Map<String, Double> measure() throws RunnerException {
        Map<String, Double> micros = new HashMap<>();
        Jmh.run(MediaBenchmark.class).forEach((method, result) -> micros.put(method, result.getScore()));
        return micros;
    }
}
