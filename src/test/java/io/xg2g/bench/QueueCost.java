package io.xg2g.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

/** Tables of {@link QueueBenchmark}: the queue beside others. */
final class QueueCost {
    private static final List<String> SMALL = List.of("64", "1024");
    private static final List<String> ALL = List.of("64", "1024", "1048576");

    private final Map<String, Double> nanos = new HashMap<>();

    private QueueCost() {}

    static void run(PrintStream out) throws Exception {
        QueueCost cost = new QueueCost();
        cost.measure(List.of("add", "poll", "pollBatch"), List.of("memory", "LinkedBlockingQueue"), ALL);
        cost.measure(List.of("add"), List.of("none", "async", "chronicle", "artemis", "mvstore"), SMALL);
        cost.measure(List.of("poll"), List.of("none", "async", "chronicle", "mvstore"), SMALL);
        cost.measure(List.of("pollBatch"), List.of("none", "async"), SMALL);
        cost.table(out, "add", "in memory", List.of("memory", "LinkedBlockingQueue"), ALL);
        cost.table(out, "poll", "take and acknowledge, in memory", List.of("memory", "LinkedBlockingQueue"), ALL);
        cost.table(
                out,
                "pollBatch",
                "take and acknowledge by " + QueueBenchmark.BATCH + ", in memory",
                List.of("memory", "LinkedBlockingQueue"),
                ALL);
        cost.table(
                out,
                "add",
                "add, on disk without sync",
                List.of("none", "async", "chronicle", "artemis", "mvstore"),
                SMALL);
        cost.table(
                out,
                "poll",
                "take and acknowledge, from disk without sync",
                List.of("none", "async", "chronicle", "mvstore"),
                SMALL);
        cost.table(
                out,
                "pollBatch",
                "take and acknowledge by " + QueueBenchmark.BATCH + ", from disk",
                List.of("none", "async"),
                SMALL);
        SyncedAdds.run(out);
        LargeItems.run(out);
        QueueRecovery.run(out);
    }

    private void measure(List<String> methods, List<String> peers, List<String> bytes) throws RunnerException {
        for (RunResult run : Jmh.run(QueueBenchmark.class, methods, Map.of("peer", peers, "bytes", bytes))) {
            nanos.put(
                    key(
                            run.getPrimaryResult().getLabel(),
                            run.getParams().getParam("peer"),
                            run.getParams().getParam("bytes")),
                    run.getPrimaryResult().getStatistics().getPercentile(50));
        }
    }

    private void table(PrintStream out, String method, String title, List<String> peers, List<String> sizes) {
        out.printf(
                "| %s: ns an item (p50) | %s |%n",
                title, String.join(" | ", sizes.stream().map(QueueCost::size).toList()));
        out.println("|---".repeat(sizes.size() + 1) + "|");
        for (String peer : peers) {
            out.print("| " + name(peer));
            sizes.forEach(size -> out.printf(" | %.0f", nanos.get(key(method, peer, size))));
            out.println(" |");
        }
        out.println();
    }

    /** Returns how a peer is called in tables. */
    static String name(String peer) {
        return switch (peer) {
            case "memory", "sync" -> "queue";
            case "none" -> "queue, `NONE`";
            case "async" -> "queue, `ASYNC`";
            case "chronicle" -> "Chronicle Queue";
            case "artemis" -> "Artemis journal";
            case "mvstore" -> "H2 MVStore";
            case "FileChannel, synced files" -> "`FileChannel`, files as those of the queue";
            default -> "`" + peer + "`";
        };
    }

    private static String size(String bytes) {
        int size = Integer.parseInt(bytes);
        return size < 1 << 10 ? size + " B" : size < 1 << 20 ? (size >> 10) + " KiB" : (size >> 20) + " MiB";
    }

    private static String key(String method, String peer, String bytes) {
        return method + ' ' + peer + ' ' + bytes;
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
