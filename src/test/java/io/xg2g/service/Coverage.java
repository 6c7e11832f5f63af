package io.xg2g.service;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The coverage of the program that tests start: with the profile {@code coverage} they start an instrumented copy of the package
 * ({@code scripts/instrument}), which writes what has run when it ends in order.
 */
final class Coverage {
    /** Of the orderly end; a program that has not ended by then is killed, and what it has run is not counted. */
    private static final int SECONDS = 10;

    /** Property of a program that cannot write its results; it follows {@link #options} and replaces them. */
    static final Map<String, String> NOT_WRITTEN = Map.of("jacoco-agent.output", "none");

    private Coverage() {}

    /** Directory of the instrumented copy, its tools and its results; empty without the profile. */
    static Optional<Path> directory() {
        return Optional.ofNullable(System.getProperty("coverage.directory")).map(Path::of);
    }

    /** Options of the JVM for a program; none for one that is not the instrumented copy. */
    static List<String> options(Path app) {
        return directory()
                .filter(app::startsWith)
                .map(directory -> List.of(
                        // What runs for seconds spends more on compilation and on G1's threads than they save.
                        "-XX:TieredStopAtLevel=1",
                        "-XX:CompileThresholdScaling=5",
                        "-XX:+UseSerialGC",
                        // Holds what a start allocates, so that none of it is copied.
                        "-Xmn64m",
                        "-Xbootclasspath/a:" + directory.resolve("agent.jar"),
                        // The instrumented copy writes nothing by itself (scripts/instrument).
                        "-Djacoco-agent.output=file",
                        "-Djacoco-agent.destfile=" + directory.resolve("results/" + UUID.randomUUID() + ".exec")))
                .orElse(List.of());
    }

    static void stop(Process process) {
        process.destroy();
        try {
            process.waitFor(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
        }
    }
}
