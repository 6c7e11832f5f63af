package io.xg2g.bench;

import io.xg2g.bench.ScaleSimulation.Scenario;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** Tables of {@link ScaleSimulation}. */
final class ScaleBench {
    private static final Duration NONE = Duration.ZERO;

    private static final List<Scenario> SCENARIOS = List.of(
            new Scenario("83 % of the slots needed", 1, 1, 0, NONE, 0),
            new Scenario("125 %: three times the clips", 1, 3, 0, NONE, 0),
            new Scenario("83 %, half of the clients at one gateway", 1, 1, 0.5, NONE, 0),
            new Scenario("125 %, half of the clients at one gateway", 1, 3, 0.5, NONE, 0),
            new Scenario("broker away for 2 s", 1, 1, 0, Duration.ofSeconds(2), 0),
            new Scenario("broker away for 5 s", 1, 1, 0, Duration.ofSeconds(5), 0),
            new Scenario("100 GPUs fail", 1, 1, 0, NONE, 100),
            new Scenario("twice as much of all", 2, 1, 0, NONE, 0),
            new Scenario("four times as much of all", 4, 1, 0, NONE, 0));

    private ScaleBench() {}

    static void run(PrintStream out) {
        List<ScaleResult> results = SCENARIOS.stream().map(ScaleSimulation::of).toList();
        out.printf(
                "%d gateways, %d GPUs, %d channels, %d clips a minute.%n%n",
                ScaleSimulation.GATEWAYS, ScaleSimulation.GPUS, ScaleSimulation.CHANNELS, ScaleSimulation.CLIPS);
        ScaleResult.waitsHeader(out);
        results.forEach(result -> result.waits(out));
        out.println();
        ScaleResult.costsHeader(out);
        results.forEach(result -> result.costs(out));
    }
}
