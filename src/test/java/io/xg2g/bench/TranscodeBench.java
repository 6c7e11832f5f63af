package io.xg2g.bench;

import io.xg2g.ffmpeg.PlainFfmpeg;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.service.RunningService;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Benchmark of the service's overhead compared with ffmpeg alone, and of one decode for several rungs; alternating in one
 * run.
 */
final class TranscodeBench {
    private static final int ROUNDS = 5;
    private static final int UNITS = 12;

    private TranscodeBench() {}

    /** Units by HTTP compared with the same commands alone, as many at once as there are processors. */
    static void endToEnd(PrintStream out) throws IOException {
        int parallel = Runtime.getRuntime().availableProcessors();
        Path clip = TestMedia.h264Interlaced();
        Path temp = TemporaryDirectory.create("xg2g-bench");
        Map<String, String> configuration = Map.of("xg2g.gpu.queue.workers", Integer.toString(parallel));
        out.println("| profile | ffmpeg alone, units a second | by HTTP, units a second | ratio | target |");
        out.println("| --- | --- | --- | --- | --- |");
        try (PlainFfmpeg byHand = new PlainFfmpeg(temp);
                RunningService service = RunningService.start(temp.resolve("service"), configuration)) {
            for (String profile : List.of("720p", "abr")) {
                List<Pair> pairs = new ArrayList<>();
                for (int round = 0; round <= ROUNDS; round++) {
                    List<List<String>> commands = IntStream.range(0, UNITS)
                            .mapToObj(i -> byHand.command(clip, profile))
                            .toList();
                    double hand =
                            seconds(() -> inParallel(parallel, commands.stream().map(command ->
                                    (Runnable) () -> PlainFfmpeg.await(PlainFfmpeg.start(command)))));
                    double http = seconds(() -> inParallel(
                            2 * parallel, IntStream.range(0, UNITS).mapToObj(i -> () -> post(service, profile, clip))));
                    if (round > 0) {
                        pairs.add(new Pair(hand, http));
                    }
                }
                out.printf(
                        "| %s | %.2f | %.2f | %.3f | ≥ 0.95 |%n",
                        profile,
                        UNITS / median(pairs, Pair::first),
                        UNITS / median(pairs, Pair::second),
                        median(pairs, pair -> pair.first() / pair.second()));
            }
        }
    }

    /** A ladder from one decode compared with one run per rung. */
    static void ladder(PrintStream out) throws IOException {
        Path clip = TestMedia.h264Interlaced();
        List<Pair> pairs = new ArrayList<>();
        try (PlainFfmpeg byHand = new PlainFfmpeg(TemporaryDirectory.create("xg2g-bench"))) {
            for (int round = 0; round <= ROUNDS; round++) {
                List<String> together = byHand.command(clip, "abr");
                List<List<String>> apart = List.of(
                        byHand.command(clip, "1080p"), byHand.command(clip, "720p"), byHand.command(clip, "480p"));
                double three = seconds(() -> apart.forEach(command -> PlainFfmpeg.await(PlainFfmpeg.start(command))));
                double one = seconds(() -> PlainFfmpeg.await(PlainFfmpeg.start(together)));
                if (round > 0) {
                    pairs.add(new Pair(three, one));
                }
            }
        }
        out.println("| three runs | one decode | times faster | target |");
        out.println("| --- | --- | --- | --- |");
        out.printf(
                "| %.2f s | %.2f s | %.2f | ≥ 1.3 |%n",
                median(pairs, Pair::first),
                median(pairs, Pair::second),
                median(pairs, pair -> pair.first() / pair.second()));
    }

    /** A process that was started in advance and waits for its input, compared with one that is started with it. */
    static void warm(PrintStream out) throws IOException {
        Path clip = TestMedia.h264Interlaced();
        byte[] bytes = Files.readAllBytes(clip);
        List<Pair> pairs = new ArrayList<>();
        try (PlainFfmpeg byHand = new PlainFfmpeg(TemporaryDirectory.create("xg2g-bench"))) {
            for (int round = 0; round <= 2 * ROUNDS; round++) {
                List<String> command = byHand.commandFromPipe(clip, "720p");
                double cold = seconds(() -> feed(PlainFfmpeg.start(command), bytes));
                Process waiting = PlainFfmpeg.start(command);
                // The process waits for input after its initialization, which takes much less than this time.
                waiting.onExit()
                        .completeOnTimeout(waiting, 500, TimeUnit.MILLISECONDS)
                        .join();
                double warm = seconds(() -> feed(waiting, bytes));
                if (round > 0) {
                    pairs.add(new Pair(cold, warm));
                }
            }
        }
        out.println("| cold | warm | saved | share of the unit |");
        out.println("| --- | --- | --- | --- |");
        out.printf(
                "| %.0f ms | %.0f ms | %.0f ms | %.1f %% |%n",
                1000 * median(pairs, Pair::first),
                1000 * median(pairs, Pair::second),
                1000 * median(pairs, pair -> pair.first() - pair.second()),
                100 * median(pairs, pair -> 1 - pair.second() / pair.first()));
    }

    private record Pair(double first, double second) {}

    private static void feed(Process process, byte[] bytes) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        PlainFfmpeg.await(process);
    }

    static void post(RunningService service, String profile, Path clip) {
        HttpResponse<Void> answer =
                RunningService.send(service.post("profile=" + profile, clip).build(), BodyHandlers.discarding());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("answered with " + answer.statusCode());
        }
    }

    static void inParallel(int threads, Stream<Runnable> tasks) {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            tasks.map(pool::submit).toList().forEach(done -> {
                try {
                    done.get();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static double median(List<Pair> pairs, ToDoubleFunction<Pair> figure) {
        double[] sorted = pairs.stream().mapToDouble(figure).sorted().toArray();
        return Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElseThrow();
    }
}
