package io.xg2g.bench;

import io.xg2g.http.FreePort;
import io.xg2g.service.RunningService;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Benchmark of outages: processor time of the program, without ffmpeg, while the sources of its channels are away, with one
 * viewer each, compared with the same program without viewers.
 */
final class OutageBench {
    private static final int CHANNELS = 4;
    private static final Duration WARM_UP = Duration.ofSeconds(30);

    /** From the end of the sources until the slates are encoded. */
    private static final Duration SLATES = Duration.ofSeconds(15);

    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final Duration MEASURED = Duration.ofSeconds(60);

    private final RunningService service;

    private OutageBench(RunningService service) {
        this.service = service;
    }

    static void run(PrintStream out) throws Exception {
        Map<String, String> configuration = new TreeMap<>();
        configuration.put("xg2g.live.slate", "1h");
        List<String> channels = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            ports.add(FreePort.any());
            channels.add("outage" + i);
            configuration.put(
                    "xg2g.live.channels.outage" + i + ".url", "udp://127.0.0.1:%d".formatted(ports.getLast()));
        }
        try (RunningService service =
                RunningService.start(TemporaryDirectory.create("xg2g-bench").resolve("service"), configuration)) {
            OutageBench bench = new OutageBench(service);
            Thread.sleep(WARM_UP);
            double idle = bench.cores();
            List<Process> sources = ports.stream().map(OutageBench::send).toList();
            try {
                channels.forEach(bench::watch);
                Thread.sleep(WARM_UP);
                double playing = bench.cores();
                sources.forEach(Process::destroyForcibly);
                Thread.sleep(SLATES);
                double away = bench.cores();
                bench.report(idle, playing, away, out);
            } finally {
                sources.forEach(Process::destroyForcibly);
            }
        }
    }

    private void report(double idle, double playing, double away, PrintStream out) {
        out.printf(
                "%d channels with one viewer each; %.0f s of slates were published.%n%n",
                CHANNELS, service.metric("xg2g_live_slate_seconds_total"));
        out.println("| program, without ffmpeg | cores | for each channel |");
        out.println("| --- | --- | --- |");
        out.printf("| no viewers | %.4f | |%n", idle);
        out.printf("| sources received | %.4f | %.4f |%n", playing, (playing - idle) / CHANNELS);
        out.printf("| sources away | %.4f | %.4f |%n%n", away, (away - idle) / CHANNELS);
    }

    /** Sends 720p25 with a keyframe each second in real time. */
    private static Process send(int port) {
        try {
            return new ProcessBuilder(
                            "ffmpeg",
                            "-v",
                            "error",
                            "-re",
                            "-stream_loop",
                            "-1",
                            "-i",
                            ViewersBench.film().toString(),
                            "-c",
                            "copy",
                            "-f",
                            "mpegts",
                            "udp://127.0.0.1:%d?pkt_size=1316".formatted(port))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /** Fetches the playlists of the best rendition and of the audio, and a segment of each, every two seconds. */
    private void watch(String channel) {
        String base = "/live/" + channel + "/";
        String video = RunningService.get(service.api(base + "master.m3u8"))
                .body()
                .lines()
                .filter(line -> line.endsWith("media.m3u8"))
                .findFirst()
                .orElseThrow();
        Thread.ofVirtual().start(() -> {
            while (service.process().isAlive()) {
                for (String playlist : List.of(video, "audio/media.m3u8")) {
                    String newest = ZappingViewer.newest(
                            RunningService.get(service.api(base + playlist)).body());
                    RunningService.get(service.api(base + playlist.replace("media.m3u8", newest)));
                }
                LockSupport.parkNanos(WINDOW.toNanos());
            }
        });
    }

    /** Processor time of the program in the next minute, in cores. */
    private double cores() throws InterruptedException {
        Duration before = used();
        long began = System.nanoTime();
        Thread.sleep(MEASURED);
        return used().minus(before).toNanos() / (double) (System.nanoTime() - began);
    }

    private Duration used() {
        return service.process().info().totalCpuDuration().orElseThrow();
    }
}
