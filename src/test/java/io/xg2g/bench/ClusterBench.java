package io.xg2g.bench;

import io.xg2g.ffmpeg.LongDeadlines;
import io.xg2g.ffmpeg.SimulatedGpu;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.service.ClusterLoad;
import io.xg2g.service.ClusterMember;
import io.xg2g.service.RunningCluster;
import io.xg2g.service.RunningCluster.Layout;
import io.xg2g.service.RunningService;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Clips through a gateway, a broker and workers with simulated GPUs, compared with one program with the same device. */
final class ClusterBench {
    /** Of a clip, for the throughput: with three workers the processors are not the limit. */
    private static final Duration COST = Duration.ofSeconds(1);

    /** Of a clip, for the latency: short, so that the JVMs have compiled the way of a clip after two minutes. */
    private static final Duration SHORT_COST = Duration.ofMillis(50);

    private static final int SLOTS = 2;
    private static final int WORKERS = 3;
    private static final Duration MEASURED = Duration.ofSeconds(30);
    private static final int WARM_UP = 1500;
    private static final int CLIPS = 200;

    private ClusterBench() {}

    static void run(PrintStream out) throws Exception {
        Path directory = TemporaryDirectory.create("xg2g-bench-cluster");
        latency(out, Files.createDirectory(directory.resolve("latency")));
        Path gpus = Files.createDirectory(directory.resolve("throughput"));
        Layout layout = Layout.of(1, WORKERS).onSimulatedGpus(gpus, COST, SLOTS);
        try (RunningCluster cluster = RunningCluster.start(gpus.resolve("cluster"), layout)) {
            throughput(out, cluster);
        }
    }

    /** One clip at a time, in turns at the program and at the gateway, after both have handled many. */
    private static void latency(PrintStream out, Path directory) throws Exception {
        Map<String, String> single = new HashMap<>(LongDeadlines.PROPERTIES);
        single.put(
                "xg2g.ffmpeg.path", SimulatedGpu.install(directory, SHORT_COST).toString());
        single.put("xg2g.gpu.software.slots", Integer.toString(SLOTS));
        Layout layout = Layout.of(1, 1).onSimulatedGpus(directory, SHORT_COST, SLOTS);
        double[] alone = new double[CLIPS];
        double[] distributed = new double[CLIPS];
        double[] differences = new double[CLIPS];
        try (RunningService program = RunningService.start(directory.resolve("single"), single);
                RunningCluster cluster = RunningCluster.start(directory.resolve("cluster"), layout)) {
            HttpRequest here = clip(program.api(""));
            HttpRequest there = clip(cluster.gateways().getFirst().api(""));
            warmUp(here, there);
            for (int i = 0; i < CLIPS; i++) {
                alone[i] = millis(here);
                distributed[i] = millis(there);
                differences[i] = distributed[i] - alone[i];
            }
        }
        out.println("| one clip at a time | one program, ms | gateway and worker, ms | difference, ms | target |");
        out.println("| --- | --- | --- | --- | --- |");
        out.printf(
                "| p50 | %.0f | %.0f | %.1f (median of pairs) | ≤ 10 |%n",
                quantile(alone, 0.5), quantile(distributed, 0.5), quantile(differences, 0.5));
        out.printf(
                "| p90 | %.0f | %.0f | %.1f | |%n",
                quantile(alone, 0.9), quantile(distributed, 0.9), quantile(distributed, 0.9) - quantile(alone, 0.9));
    }

    private static void warmUp(HttpRequest here, HttpRequest there) throws InterruptedException {
        try (ClusterLoad program = ClusterLoad.start(SLOTS, () -> here);
                ClusterLoad cluster = ClusterLoad.start(SLOTS, () -> there)) {
            while (program.results() < WARM_UP || cluster.results() < WARM_UP) {
                Thread.sleep(COST);
            }
        }
    }

    /** Returns a quantile of unsorted values. */
    static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))];
    }

    private static double millis(HttpRequest request) {
        long began = System.nanoTime();
        HttpResponse<byte[]> answer = RunningService.send(request, BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new AssertionError(request + " was answered with " + answer.statusCode());
        }
        return (System.nanoTime() - began) / 1e6;
    }

    private static void throughput(PrintStream out, RunningCluster cluster) throws InterruptedException {
        HttpRequest request = clip(cluster.gateways().getFirst().api(""));
        double[] rates = new double[WORKERS + 1];
        for (int workers = WORKERS; workers > 0; workers--) {
            rates[workers] = rate(workers, () -> request);
            ClusterMember last = cluster.workers().get(workers - 1);
            last.beginStop();
            last.awaitStop();
        }
        out.println();
        out.println("| workers | clips a second | relative to one | target |");
        out.println("| --- | --- | --- | --- |");
        for (int workers = 1; workers <= WORKERS; workers++) {
            out.printf(
                    "| %d | %.2f | %.2f | %s |%n",
                    workers, rates[workers], rates[workers] / rates[1], workers == WORKERS ? "≥ 2.8" : "");
        }
    }

    private static double rate(int workers, Supplier<HttpRequest> request) throws InterruptedException {
        try (ClusterLoad load = ClusterLoad.start(2 * SLOTS * workers, request)) {
            Thread.sleep(2 * COST.toMillis());
            int before = load.results();
            long began = System.nanoTime();
            Thread.sleep(MEASURED);
            return (load.results() - before) * 1e9 / (System.nanoTime() - began);
        }
    }

    private static HttpRequest clip(URI base) {
        try {
            return HttpRequest.newBuilder(base.resolve("/api/v1/transcodes?profile=480p"))
                    .header("Content-Type", "video/mp2t")
                    .POST(BodyPublishers.ofFile(TestMedia.progressive()))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
