package io.xg2g.bench;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runner of a JMH benchmark class in a separate process. */
final class Jmh {
    private Jmh() {}

    /** Runs some methods with all combinations of parameters. */
    static Collection<RunResult> run(
            Class<?> benchmarks, Collection<String> methods, Map<String, ? extends Collection<String>> parameters)
            throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .verbosity(VerboseMode.SILENT)
                .jvmArgsAppend("--sun-misc-unsafe-memory-access=allow")
                .shouldFailOnError(true);
        methods.forEach(method -> options.include(Pattern.quote(benchmarks.getName() + "." + method) + "$"));
        parameters.forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
        return new Runner(options.build()).run();
    }

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
