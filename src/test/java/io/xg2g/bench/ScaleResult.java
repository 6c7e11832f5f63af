package io.xg2g.bench;

import io.xg2g.bench.ScaleSimulation.Load;
import io.xg2g.bench.ScaleSimulation.Outcome;
import io.xg2g.bench.ScaleSimulation.Scenario;
import java.io.PrintStream;
import java.util.Map;

/**
 * Result of a simulation.
 *
 * @param gateways Jain's index of fairness of the gateways' completed units
 * @param clients the same of the share of their clips and previews that clients get back
 * @param cpu processor time of all gateways' code, in nanoseconds
 * @param broker with its counters
 */
record ScaleResult(
        Scenario scenario,
        Map<Load, Outcome> outcomes,
        double gateways,
        double clients,
        long cpu,
        SimulatedBroker<?> broker) {

    static void waitsHeader(PrintStream out) {
        out.println(
                "| scenario | units | wait p50 | p99 | p99.9 | longest | longest until the result | completed a second | run again | rejected |");
        out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    }

    void waits(PrintStream out) {
        outcomes.forEach((load, outcome) -> out.printf(
                "| %s | %s | %s | %s | %s | %s | %s | %.0f | %d | %s |%n",
                scenario.name(),
                load.label,
                millis(outcome.waits.getValueAtPercentile(50)),
                millis(outcome.waits.getValueAtPercentile(99)),
                millis(outcome.waits.getValueAtPercentile(99.9)),
                millis(outcome.waits.getMaxValue()),
                millis(outcome.longest / 1_000),
                perSecond(outcome.completed),
                outcome.redone,
                rejected(outcome)));
    }

    static void costsHeader(PrintStream out) {
        out.println(
                "| scenario | Jain's index, gateways | clients | offers sent a second | handed out | given back | drained"
                        + " | frames a second | broker's thread busy | gateway's code for a unit |");
        out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    }

    void costs(PrintStream out) {
        int units = outcomes.values().stream()
                .mapToInt(outcome -> outcome.completed)
                .sum();
        out.printf(
                "| %s | %.4f | %.4f | %.0f | %.0f | %.1f | %.1f | %.0f | %.0f %% | %.1f µs |%n",
                scenario.name(),
                gateways,
                clients,
                perSecond(broker.sent),
                perSecond(broker.delivered),
                perSecond(broker.returned),
                perSecond(broker.drains),
                perSecond(broker.frames),
                100 * broker.busy(ScaleSimulation.MEASURED.toNanos()),
                cpu / 1e3 / units);
    }

    private static String millis(long micros) {
        return micros < 100_000 ? "%.1f ms".formatted(micros / 1e3) : "%.2f s".formatted(micros / 1e6);
    }

    private static String rejected(Outcome outcome) {
        if (outcome.failed > 0) {
            outcome.rejected.put("failed", outcome.failed);
        }
        return outcome.rejected.isEmpty()
                ? "none"
                : outcome.rejected.toString().replaceAll("[{}]", "").replace("=", " ");
    }

    private static double perSecond(long count) {
        return (double) count / ScaleSimulation.MEASURED.toSeconds();
    }
}
