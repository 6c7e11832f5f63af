package io.xg2g.bench;

import java.util.HashMap;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runner of a JMH benchmark class in a separate process. */
final class Jmh {
    private Jmh() {}

    /** The results, by the names of the methods. */
    static Map<String, Result<?>> run(Class<?> benchmarks) throws RunnerException {
        Map<String, Result<?>> results = new HashMap<>();
        Runner runner = new Runner(new OptionsBuilder()
                .include(benchmarks.getName())
                .verbosity(VerboseMode.SILENT)
                .jvmArgsAppend("--sun-misc-unsafe-memory-access=allow")
                .shouldFailOnError(true)
                .build());
        for (RunResult run : runner.run()) {
            results.put(run.getPrimaryResult().getLabel(), run.getPrimaryResult());
        }
        return results;
    }
}
