package io.xg2g.bench;

import io.xg2g.cluster.UnitLoad;
import io.xg2g.storage.TemporaryDirectory;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Time and processor time of a unit in a cluster beside its encoding, at 200 units a second: two gateways and three workers in this
 * process, and the real broker. More slots than units, so that none waits for another one.
 */
final class ClusterDispatchCost {
    private static final Duration INTERVAL = Duration.ofMillis(5);
    private static final Duration COST = Duration.ofMillis(10);
    private static final int INPUT = 1 << 10;

    /** Units until the JVM has compiled what is measured. */
    private static final int WARM_UP = 8_000;

    private static final int ROUNDS = 5;
    private static final int UNITS = 2_000;

    /** Units of each measured round. */
    private final List<List<UnitLoad.Unit>> rounds = new ArrayList<>();

    private Duration members = Duration.ZERO;
    private Duration broker = Duration.ZERO;

    private ClusterDispatchCost() {}

    static void run(PrintStream out) throws Exception {
        ClusterDispatchCost cost = new ClusterDispatchCost();
        try (UnitLoad load = new UnitLoad(TemporaryDirectory.create("xg2g-bench-units"), COST, INPUT)) {
            load.warmUp(WARM_UP);
            for (int round = 0; round < ROUNDS; round++) {
                cost.measure(load);
            }
        }
        cost.print(out);
    }

    private void measure(UnitLoad load) throws Exception {
        Duration own = ofThisProcess();
        Duration other = load.ofBroker();
        rounds.add(load.run(UNITS, INTERVAL));
        members = members.plus(ofThisProcess()).minus(own);
        broker = broker.plus(load.ofBroker()).minus(other);
    }

    private static Duration ofThisProcess() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private void print(PrintStream out) {
        out.println(
                "| 200 units a second, %d rounds of %d | p50, ms | p99, ms, median of rounds | least | most | target |"
                        .formatted(ROUNDS, UNITS));
        out.println("| --- | --- | --- | --- | --- | --- |");
        row(out, "wait for a slot: credit, offer, choice", UnitLoad.Unit::waited, "≤ 5");
        row(out, "start: order, confirmation, input", UnitLoad.Unit::started, "");
        row(out, "delivery: rendition, report, checks", UnitLoad.Unit::delivered, "");
        row(out, "all three", UnitLoad.Unit::overhead, "");
        row(out, "submitted later than planned", UnitLoad.Unit::late, "");
        out.println();
        out.println("| processor time of a unit | ms |");
        out.println("| --- | --- |");
        out.printf("| gateway, worker, and the test's requests | %.2f |%n", millis(members));
        out.printf("| broker | %.2f |%n", millis(broker));
    }

    private static double millis(Duration all) {
        return all.toNanos() / 1e6 / (ROUNDS * UNITS);
    }

    private void row(PrintStream out, String what, ToLongFunction<UnitLoad.Unit> part, String target) {
        List<Double> halves = new ArrayList<>();
        List<Double> tails = new ArrayList<>();
        for (List<UnitLoad.Unit> round : rounds) {
            double[] millis = round.stream()
                    .mapToDouble(unit -> part.applyAsLong(unit) / 1e6)
                    .toArray();
            halves.add(ClusterBench.quantile(millis, 0.5));
            tails.add(ClusterBench.quantile(millis, 0.99));
        }
        out.printf(
                "| %s | %.2f | %.1f | %.1f | %.1f | %s |%n",
                what,
                HttpLoad.median(halves),
                HttpLoad.median(tails),
                Collections.min(tails),
                Collections.max(tails),
                target);
    }
}
