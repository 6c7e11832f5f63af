package io.xg2g.bench;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** Tables of {@link DispatchBenchmark}. */
final class DispatchCost {
    private static final String POOL = "`ThreadPoolExecutor` over `PriorityBlockingQueue`";
    private static final String BULKHEAD = "SmallRye bulkhead with queue";

    private record Cost(double micros, double error) {}

    /** Row of the table, by its benchmark method. */
    private record Row(String name, String method) {}

    private DispatchCost() {}

    static void run(PrintStream out) throws RunnerException {
        Map<String, Cost> costs = measure();
        table(
                out,
                costs,
                "Submission to start on an idle slot",
                "startOnIdleSlotByDispatcher",
                List.of(new Row(POOL, "startOnIdleSlotByPool"), new Row(BULKHEAD, "startOnIdleSlotByBulkhead")));
        table(
                out,
                costs,
                "One of 100 requests, submitted together, on 4 slots",
                "throughputByDispatcher",
                List.of(new Row(POOL, "throughputByPool"), new Row(BULKHEAD, "throughputByBulkhead")));
        table(
                out,
                costs,
                "One more waits and the best of 100 starts, on one thread",
                "turnWith100WaitingByDispatcher",
                List.of(new Row("bare `PriorityBlockingQueue`", "turnWith100WaitingByPriorityQueue")));
        table(
                out,
                costs,
                "Submission, start, end and answer, on one thread",
                "wholeWayWithoutThreadsByDispatcher",
                List.of());
    }

    private static Map<String, Cost> measure() throws RunnerException {
        Map<String, Cost> costs = new HashMap<>();
        Jmh.run(DispatchBenchmark.class)
                .forEach((method, result) ->
                        costs.put(method, new Cost(result.getScore() / 1_000, result.getScoreError() / 1_000)));
        return costs;
    }

    private static void table(PrintStream out, Map<String, Cost> costs, String title, String own, List<Row> peers) {
        Cost mine = costs.get(own);
        out.printf("| %s | µs | ± | dispatcher, relative to it |%n|---|---|---|---|%n", title);
        out.printf("| dispatcher | %.2f | %.2f | |%n", mine.micros(), mine.error());
        for (Row peer : peers) {
            Cost other = costs.get(peer.method());
            out.printf(
                    "| %s | %.2f | %.2f | %.2f times |%n",
                    peer.name(), other.micros(), other.error(), mine.micros() / other.micros());
        }
        out.println();
    }
}
