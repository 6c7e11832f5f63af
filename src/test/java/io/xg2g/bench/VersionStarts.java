package io.xg2g.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Starts of two packaged versions in turns: time, processor time and memory. */
final class VersionStarts {
    /** The first one of each version reads its files from the disk, and does not count. */
    private static final int ROUNDS = 12;

    private static final Duration SETTLED = Duration.ofSeconds(5);

    private final List<Double> answered = new ArrayList<>();
    private final List<Double> processor = new ArrayList<>();
    private final List<Double> resident = new ArrayList<>();
    private final List<String> command;

    private VersionStarts(Path app, boolean cached) {
        command = StartedProgram.onJvm(app, cached);
    }

    /**
     * Compares them.
     *
     * @param cached whether both use their ahead-of-time caches
     */
    static void compare(PrintStream out, Path before, Path now, boolean cached) throws Exception {
        VersionStarts one = new VersionStarts(before, cached);
        VersionStarts other = new VersionStarts(now, cached);
        for (int round = 0; round < ROUNDS; round++) {
            one.start(round > 0);
            other.start(round > 0);
        }
        out.println();
        out.println("| %d starts of each, in turns | before | now | ratio | target |".formatted(ROUNDS - 1));
        out.println("| --- | --- | --- | --- | --- |");
        row(out, "first response, s, least", Collections.min(one.answered), Collections.min(other.answered));
        row(out, "first response, s, median", HttpLoad.median(one.answered), HttpLoad.median(other.answered));
        row(
                out,
                "processor time until ready, s, median",
                HttpLoad.median(one.processor),
                HttpLoad.median(other.processor));
        row(
                out,
                "processor time until ready, s, least",
                Collections.min(one.processor),
                Collections.min(other.processor));
        row(out, "resident after 5 s, MiB, median", HttpLoad.median(one.resident), HttpLoad.median(other.resident));
    }

    private static void row(PrintStream out, String what, double before, double now) {
        out.printf("| %s | %.2f | %.2f | %.3f | ≤ 1.03 |%n", what, before, now, now / before);
    }

    private void start(boolean counts) throws Exception {
        try (StartedProgram program = StartedProgram.by(command)) {
            double first = program.until(program.port(), "/api/v1/queue");
            program.until(program.management(), "/readyz");
            double used = program.processorTime().toNanos() / 1e9;
            Thread.sleep(SETTLED);
            if (counts) {
                answered.add(first);
                processor.add(used);
                resident.add(program.resident());
            }
        }
    }
}
