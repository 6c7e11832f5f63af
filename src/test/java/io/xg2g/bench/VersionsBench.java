package io.xg2g.bench;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.service.RunningService;
import io.xg2g.storage.TemporaryDirectory;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Comparison of this version with another packaged one, each with its default settings, alternating: requests and clips per
 * second, and starts. The first round is warm-up.
 */
final class VersionsBench {
    private static final int ROUNDS = 7;
    private static final int UNITS = 12;
    private static final String CACHE = "app.aot";

    private VersionsBench() {}

    private interface Rate {
        double of(RunningService service) throws Exception;
    }

    static void run(PrintStream out) throws Exception {
        String before = System.getProperty("bench.before", "");
        if (before.isEmpty()) {
            out.println("Not measured: BEFORE names no directory quarkus-app of another version.");
            return;
        }
        // Profiles in the cache change how the JVM compiles, also when the service has been running for long.
        boolean cached = Files.exists(Path.of(before, CACHE));
        if (cached != Files.exists(Path.of("target/quarkus-app", CACHE))) {
            out.println("Not measured: " + (cached ? "target/quarkus-app" : before) + " has no " + CACHE
                    + ", the other version has one; scripts/train-aot writes it.");
            return;
        }
        // All limits are enabled, none is reached.
        Map<String, String> configuration = Map.of(
                "xg2g.rate-limit.playback-rate", "1000000",
                "xg2g.rate-limit.playback-burst", "1000000",
                "xg2g.rate-limit.per-ip-rate", "1000000",
                "xg2g.rate-limit.per-ip-burst", "1000000");
        Path temp = TemporaryDirectory.create("xg2g-bench");
        out.println("| | before, a second | now, a second | ratio, median | least | most | target |");
        out.println("| --- | --- | --- | --- | --- | --- | --- |");
        try (RunningService other =
                        RunningService.startVersion(Path.of(before), temp.resolve("before"), configuration);
                RunningService now = RunningService.startVersion(
                        Path.of("target/quarkus-app"), temp.resolve("now"), configuration)) {
            compare(out, "`GET /api/v1/queue`", other, now, service -> requests(service, "/api/v1/queue"));
            compare(out, "`GET /`", other, now, service -> requests(service, "/"));
            compare(out, "clips of 3 to 4 s, `480p`", other, now, VersionsBench::clips);
        }
        VersionStarts.compare(out, Path.of(before), Path.of("target/quarkus-app"), cached);
    }

    private static double requests(RunningService service, String path) throws Exception {
        return HttpLoad.rate(service.api("/").getPort(), List.of(path));
    }

    private static double clips(RunningService service) {
        List<Path> media = List.of(TestMedia.progressive(), TestMedia.mpeg2(), TestMedia.h264Interlaced());
        double seconds = TranscodeBench.seconds(() -> TranscodeBench.inParallel(
                2 * Runtime.getRuntime().availableProcessors(),
                IntStream.range(0, UNITS)
                        .mapToObj(i -> () -> TranscodeBench.post(service, "480p", media.get(i % media.size())))));
        return UNITS / seconds;
    }

    private static void compare(PrintStream out, String what, RunningService before, RunningService now, Rate rate)
            throws Exception {
        List<Double> old = new ArrayList<>();
        List<Double> current = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            double one = rate.of(before);
            double other = rate.of(now);
            if (round > 0) {
                old.add(one);
                current.add(other);
                ratios.add(other / one);
            }
        }
        out.printf(
                "| %s | %.1f | %.1f | %.3f | %.3f | %.3f | ≥ 0.95 |%n",
                what,
                HttpLoad.median(old),
                HttpLoad.median(current),
                HttpLoad.median(ratios),
                Collections.min(ratios),
                Collections.max(ratios));
    }
}
