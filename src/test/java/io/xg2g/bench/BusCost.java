package io.xg2g.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.util.Statistics;

/** Tables of {@link BusBenchmark}. */
final class BusCost {
    private static final String EVENT_BUS = "Vert.x event bus";
    private static final String PROCESSOR = "`BroadcastProcessor`, buffered, with a thread behind it";

    /** Row of the table, by its benchmark method. */
    private record Row(String name, String method) {}

    private BusCost() {}

    static void run(PrintStream out) throws RunnerException {
        Map<String, Result<?>> results = Jmh.run(BusBenchmark.class);
        table(
                out,
                results,
                "To publish one of %d, into a free buffer".formatted(BusBenchmark.BATCH),
                List.of(
                        new Row("bus", "publishByBus"),
                        new Row(EVENT_BUS, "publishByEventBus"),
                        new Row(PROCESSOR, "publishByProcessor"),
                        new Row("`BroadcastProcessor`, calling its subscriber directly", "publishByProcessorCall"),
                        new Row("bus, including the creation of the message", "makeAndPublishByBus")));
        table(
                out,
                results,
                "One of %d, until all have been handled".formatted(BusBenchmark.BATCH),
                List.of(
                        new Row("bus", "deliverByBus"),
                        new Row(EVENT_BUS, "deliverByEventBus"),
                        new Row(PROCESSOR, "deliverByProcessor")));
        table(
                out,
                results,
                "One message, until it has been handled",
                List.of(
                        new Row("bus", "latencyByBus"),
                        new Row(EVENT_BUS, "latencyByEventBus"),
                        new Row(PROCESSOR, "latencyByProcessor")));
    }

    private static void table(PrintStream out, Map<String, Result<?>> results, String title, List<Row> rows) {
        double own = median(results, rows.getFirst());
        out.printf("| %s | p50, ns | p99, ns | bus, relative to it |%n|---|---|---|---|%n", title);
        for (Row row : rows) {
            Statistics times = results.get(row.method()).getStatistics();
            out.printf(
                    "| %s | %.0f | %.0f | %s |%n",
                    row.name(),
                    times.getPercentile(50),
                    times.getPercentile(99),
                    row.equals(rows.getFirst()) ? "" : "%.2f times".formatted(own / median(results, row)));
        }
        out.println();
    }

    private static double median(Map<String, Result<?>> results, Row row) {
        return results.get(row.method()).getStatistics().getPercentile(50);
    }
}
