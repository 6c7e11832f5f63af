package io.xg2g.bench;

import io.xg2g.service.ResourceUsage;
import io.xg2g.service.RunningService;
import io.xg2g.storage.TemporaryDirectory;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Soak test: runs one packaged program at 1.5 times its encoding capacity, beside live channels, and measures its
 * resources. The first half is warm-up; in the second half nothing may grow.
 *
 * <p>A figure grows where its slope, less two standard errors, is more than 5 % of its mean an hour, or 5 an hour where it counts
 * something. The heap is measured after a full collection, five times less often than the rest, so that the resident memory is
 * that of a heap that nobody asks to be collected.
 */
public final class Soak {
    private static final double OVERLOAD = 1.5;
    private static final double GROWTH = 0.05;
    private static final int COUNT_GROWTH = 5;
    private static final int COLLECTED_EACH = 5;
    private static final double NANOS_PER_HOUR = 3.6e12;
    private static final Duration CAPACITY_TIME = Duration.ofSeconds(20);
    private static final Duration GIVEN_BACK_WITHIN = Duration.ofMinutes(3);

    private final RunningService service;
    private final PrintStream out;
    private final List<Sample> samples = new ArrayList<>();

    private record Sample(double hours, ResourceUsage footprint, boolean collected) {}

    /** Measured value. */
    private record Figure(String name, ToLongFunction<ResourceUsage> value, boolean counts, boolean collected) {
        private Trend trend(List<Sample> samples) {
            return Trend.of(samples.stream()
                    .filter(sample -> sample.collected() == collected)
                    .map(sample -> new Trend.Point(sample.hours(), value.applyAsLong(sample.footprint())))
                    .toList());
        }

        private double bound(Trend trend) {
            double share = GROWTH * trend.mean();
            return counts ? Math.max(share, COUNT_GROWTH) : share;
        }
    }

    private static final List<Figure> FIGURES = List.of(
            new Figure("resident memory, MiB", ResourceUsage::residentMiB, false, false),
            new Figure("heap after collection, MiB", ResourceUsage::heapMiB, false, true),
            new Figure("threads", ResourceUsage::threads, true, false),
            new Figure("descriptors", ResourceUsage::descriptors, true, false),
            new Figure("children", ResourceUsage::children, true, false),
            new Figure("files in the work directory", ResourceUsage::files, true, false),
            new Figure("metric series", ResourceUsage::series, true, false));

    private Soak(RunningService service, PrintStream out) {
        this.service = service;
        this.out = out;
    }

    /**
     * Runs the soak test.
     *
     * @param args duration in minutes, at least 2
     */
    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        if (args.length != 1 || !args[0].matches("[1-9]\\d{0,4}") || Integer.parseInt(args[0]) < 2) {
            System.err.println("MINUTES is a number from 2 to 99999, not " + String.join(" ", args));
            System.exit(2);
        }
        Map<String, String> configuration = new HashMap<>(SoakLoad.channels());
        configuration.put("xg2g.gpu.software.slots", "auto");
        // Rate limits are enabled but not reached: all clients have one address.
        configuration.put("xg2g.rate-limit.enabled", "true");
        for (String limit : List.of("global", "per-ip", "playback")) {
            configuration.put("xg2g.rate-limit." + limit + "-rate", "1000000");
            configuration.put("xg2g.rate-limit." + limit + "-burst", "1000000");
        }
        // Results expire within the warm-up.
        configuration.put("xg2g.transcode.keep", "30s");
        boolean flat;
        try (RunningService service = RunningService.start(TemporaryDirectory.create("xg2g-soak"), configuration)) {
            flat = new Soak(service, System.out).run(Duration.ofMinutes(Integer.parseInt(args[0])));
        }
        System.exit(flat ? 0 : 1);
    }

    private boolean run(Duration time) throws InterruptedException {
        double capacity = SoakLoad.capacity(service, CAPACITY_TIME);
        out.printf("%.2f clips a second alone; %.2f arrive%n", capacity, OVERLOAD * capacity);
        SoakLoad load = new SoakLoad(service);
        load.start(OVERLOAD * capacity);
        sample(time);
        load.stop();
        out.println("answers: " + load.answers());
        out.println("errors: " + load.errors());
        boolean flat = report(time);
        return givenBack() && flat;
    }

    private void sample(Duration time) throws InterruptedException {
        long began = System.nanoTime();
        long interval = Math.clamp(time.toMillis() / 60, 2000, 60_000);
        for (int number = 1; System.nanoTime() - began < time.toNanos(); number++) {
            Thread.sleep(interval);
            add(began, ResourceUsage.of(service), false);
            if (number % COLLECTED_EACH == 0) {
                add(began, ResourceUsage.afterCollection(service), true);
                out.println(samples.getLast().footprint());
            }
        }
    }

    private void add(long began, ResourceUsage footprint, boolean collected) {
        samples.add(new Sample((System.nanoTime() - began) / NANOS_PER_HOUR, footprint, collected));
    }

    private boolean report(Duration time) {
        double half = time.toNanos() / NANOS_PER_HOUR / 2;
        List<Sample> settled =
                samples.stream().filter(sample -> sample.hours() >= half).toList();
        out.printf("%n%d minutes, of which the second half counts.%n%n", time.toMinutes());
        out.println("| figure | mean | growth an hour | bound | flat |");
        out.println("| --- | --- | --- | --- | --- |");
        boolean flat = true;
        for (Figure figure : FIGURES) {
            Trend trend = figure.trend(settled);
            double bound = figure.bound(trend);
            boolean grows = trend.growsBeyond(bound);
            flat &= !grows;
            out.printf(
                    "| %s | %.0f | %+.1f ± %.1f | ≤ %.1f | %s |%n",
                    figure.name(), trend.mean(), trend.slope(), 2 * trend.error(), bound, grows ? "no" : "yes");
        }
        return flat;
    }

    /** Returns whether no child and no file is left without load; prints the memory. */
    private boolean givenBack() throws InterruptedException {
        out.printf("%n| after the load | resident memory, MiB | committed heap, MiB | children | files |%n");
        out.println("| --- | --- | --- | --- | --- |");
        long began = System.nanoTime();
        ResourceUsage now = ResourceUsage.of(service);
        long elapsed = 0;
        while (elapsed < GIVEN_BACK_WITHIN.toNanos()) {
            out.printf(
                    "| %d s | %d | %d | %d | %d |%n",
                    Duration.ofNanos(elapsed).toSeconds(),
                    now.residentMiB(),
                    now.committedMiB(),
                    now.children(),
                    now.files());
            Thread.sleep(Duration.ofSeconds(30));
            now = ResourceUsage.of(service);
            elapsed = System.nanoTime() - began;
        }
        out.println(now);
        return now.children() == 0 && now.files() == 0;
    }
}
