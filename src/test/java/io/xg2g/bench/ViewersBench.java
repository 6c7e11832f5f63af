package io.xg2g.bench;

import io.xg2g.ffmpeg.SimulatedGpu;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.service.RunningService;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/**
 * Viewers and batches together, with the packaged program: six clients send clips back to back, each under a stream's name,
 * two viewers zap through four channels, one client requests previews, and one disconnects during its request.
 */
final class ViewersBench {
    private static final int SENDERS = 6;
    private static final int VIEWERS = 2;
    private static final Duration LOADED = Duration.ofSeconds(Integer.getInteger("bench.viewers.seconds", 300));

    /** Batches alone and viewers alone, for comparison. */
    private static final Duration ALONE = LOADED.dividedBy(10);

    private static final List<String> SOURCE = List.of("demo", "film");
    private static final List<String> CHANNELS = List.of("demo", "film", "sd1", "sd2");

    private final RunningService service;
    private final DoubleSupplier busy;
    private final LoadClients clients = new LoadClients();
    private final AtomicInteger clips = new AtomicInteger();
    private final List<ZappingViewer> viewers = new ArrayList<>();
    private final Gaps gaps;

    /**
     * Load that is not started yet.
     *
     * @param busy share of the machine in use between two calls
     */
    private ViewersBench(RunningService service, DoubleSupplier busy) {
        this.service = service;
        this.busy = busy;
        this.gaps = new Gaps(service);
    }

    /** With software encoding on this machine. */
    static void processor(PrintStream out) throws Exception {
        explain(out);
        scenario("processor", TemporaryDirectory.create("xg2g-bench"), Map.of(), out);
    }

    /** With a simulated device that takes time and no CPU. */
    static void simulatedGpu(PrintStream out) throws Exception {
        explain(out);
        Path temp = TemporaryDirectory.create("xg2g-bench");
        Path gpu = SimulatedGpu.install(temp, Duration.ofMillis(150));
        scenario(
                "simulated GPU, 4 slots",
                temp.resolve("service"),
                Map.of("xg2g.ffmpeg.path", gpu.toString(), "xg2g.gpu.queue.workers", "4"),
                out);
    }

    private static void explain(PrintStream out) {
        out.println("Six clients send clips of 3 and 4 s back to back under a stream's name, two viewers zap over four"
                + " channels, one client asks for previews, one leaves in the middle of its requests: "
                + LOADED.toSeconds()
                + " s. A zap is measured from the request for the master playlist to the last byte of"
                + " the first segment of its best rendition. Batches are compared with what they do without viewers,"
                + " times the share of the machine that viewers alone leave.");
        out.println();
        out.println("| machine | figure | target | measured | ok |");
        out.println("| --- | --- | --- | --- | --- |");
    }

    private static void scenario(String machine, Path work, Map<String, String> configuration, PrintStream out)
            throws Exception {
        Map<String, String> all = new TreeMap<>(configuration);
        all.putIfAbsent("xg2g.gpu.software.slots", "auto");
        all.put("xg2g.live.demo", "true");
        all.put("xg2g.live.channels.film.url", film().toUri().toString());
        all.put("xg2g.live.channels.sd1.url", broadcast().toUri().toString());
        all.put("xg2g.live.channels.sd2.url", broadcast().toUri().toString());
        boolean simulated = !configuration.isEmpty();
        if (simulated) {
            // The first probe creates the outputs of the simulated device; its speed is that of the real encoder.
            RunningService.start(work, all).close();
        }
        try (RunningService service = RunningService.start(work, all)) {
            ViewersBench batches = new ViewersBench(service, usage(service, simulated));
            batches.send();
            batches.disturb();
            double alone = batches.during(ALONE).rate();
            ViewersBench watching = new ViewersBench(service, usage(service, simulated));
            watching.view();
            double left = 1 - watching.during(ALONE).busy();
            ViewersBench both = new ViewersBench(service, usage(service, simulated));
            both.send();
            both.view();
            both.disturb();
            double rate = both.during(LOADED).rate();
            both.report(machine, rate / (alone * left), out);
        }
    }

    /** 720p25 H.264 with a keyframe each second, as browsers play it: a minute. */
    static Path film() {
        return TestMedia.encoded(
                "bench-film.ts",
                "-f lavfi -i testsrc2=s=1280x720:r=25:d=60 -f lavfi -i sine=r=48000:d=60 -pix_fmt yuv420p -c:v libx264"
                        + " -preset superfast -g 25 -sc_threshold 0 -flags +cgop -b:v 2M -c:a aac -ac 2 -f mpegts");
    }

    /** 576i25 MPEG-2 with MP2: a minute. */
    static Path broadcast() {
        return TestMedia.encoded(
                "bench-broadcast.ts",
                "-f lavfi -i testsrc2=s=720x576:r=50:d=60 -f lavfi -i sine=r=48000:d=60 -vf"
                        + " interlace=scan=tff,setsar=64/45,format=yuv420p -c:v mpeg2video -flags +ilme+ildct -g 12 -bf 2"
                        + " -b:v 4M -maxrate 6M -bufsize 1835k -c:a mp2 -b:a 192k -f mpegts");
    }

    /** Share of CPU time, or of the slots, in use. */
    private static DoubleSupplier usage(RunningService service, boolean simulated) {
        return simulated
                ? () -> service.metric("xg2g_gpu_active_workers") / Math.max(1, service.metric("xg2g_gpu_slots"))
                : new Processor()::share;
    }

    private record During(double rate, double busy) {}

    /** Runs the load for the given time. */
    private During during(Duration time) throws Exception {
        long began = System.nanoTime();
        List<Double> shares = new ArrayList<>();
        busy.getAsDouble();
        while (System.nanoTime() - began < time.toNanos()) {
            Thread.sleep(1000);
            shares.add(busy.getAsDouble());
            gaps.look();
        }
        double rate = clips.get() / ((System.nanoTime() - began) / 1e9);
        clients.stop();
        if (!clients.errors().isEmpty()) {
            throw new AssertionError("clients had errors: " + clients.errors());
        }
        return new During(
                rate, shares.stream().mapToDouble(Double::doubleValue).average().orElse(0));
    }

    private void send() {
        List<Path> media = List.of(TestMedia.progressive(), TestMedia.mpeg2(), TestMedia.h264Interlaced());
        for (int i = 0; i < SENDERS; i++) {
            String query = "profile=480p&stream=s" + i;
            int first = i;
            clients.start("sender" + i, turn -> {
                Path clip = media.get((first + turn) % media.size());
                int status = RunningService.send(service.post(query, clip).build(), BodyHandlers.discarding())
                        .statusCode();
                if (status == 200) {
                    clips.incrementAndGet();
                } else {
                    Thread.sleep(500);
                }
            });
        }
    }

    private void view() {
        for (int i = 0; i < VIEWERS; i++) {
            ZappingViewer viewer = new ZappingViewer(service, CHANNELS, new Random(i));
            viewers.add(viewer);
            clients.start("viewer" + i, _ -> viewer.zap());
        }
    }

    private void disturb() {
        clients.start("previews", turn -> {
            Path clip = turn % 2 == 0 ? TestMedia.h264Interlaced() : TestMedia.mpeg2();
            RunningService.send(service.post("profile=preview", clip).build(), BodyHandlers.discarding());
            Thread.sleep(1000);
        });
        clients.start("leaver", _ -> {
            CompletableFuture<?> request = RunningService.sendAsync(
                    service.post("profile=720p", TestMedia.h264Interlaced()).build(), BodyHandlers.discarding());
            Thread.sleep(700);
            request.cancel(true);
            Thread.sleep(1300);
        });
    }

    private void report(String machine, double batches, PrintStream out) {
        row(machine, "first segment, channels with a `source` rendition", zaps(SOURCE), 3, out);
        row(machine, "first segment, transcoded channels", zaps(CHANNELS.subList(2, 4)), 6, out);
        int lost = gaps.late();
        out.printf(
                "| %s | gaps of channels that have run for 10 s | 0 | %d, %s | %s |%n",
                machine, lost, gaps.byChannel(), lost == 0 ? "yes" : "no");
        long refused = viewers.stream().mapToInt(ZappingViewer::refused).sum();
        out.printf("| %s | zaps that were refused as too many | | %d | |%n", machine, refused);
        out.printf(
                "| %s | batches, of what viewers leave | ≥ 0.9 | %.2f | %s |%n",
                machine, batches, batches >= 0.9 ? "yes" : "no");
    }

    private double[] zaps(List<String> channels) {
        return viewers.stream()
                .flatMapToDouble(viewer -> viewer.seconds(channels).stream().mapToDouble(Double::doubleValue))
                .sorted()
                .toArray();
    }

    private static void row(String machine, String figure, double[] seconds, double target, PrintStream out) {
        double p95 = seconds.length == 0 ? Double.NaN : seconds[(int) Math.ceil(0.95 * seconds.length) - 1];
        double median = seconds.length == 0 ? Double.NaN : seconds[seconds.length / 2];
        out.printf(
                "| %s | %s, p95 | ≤ %.0f s | %.2f s (median %.2f s, %d zaps, longest %.2f s) | %s |%n",
                machine,
                figure,
                target,
                p95,
                median,
                seconds.length,
                Arrays.stream(seconds).max().orElse(Double.NaN),
                p95 <= target ? "yes" : "no");
    }

    /** CPU time of all processes of the machine. */
    private static final class Processor {
        private long busy;
        private long all;

        private double share() {
            try {
                long[] ticks = Arrays.stream(Files.readAllLines(Path.of("/proc/stat"))
                                .getFirst()
                                .split(" +"))
                        .skip(1)
                        .mapToLong(Long::parseLong)
                        .toArray();
                long total = Arrays.stream(ticks).limit(8).sum();
                long used = total - ticks[3] - ticks[4];
                double share = total == all ? 0 : (double) (used - busy) / (total - all);
                busy = used;
                all = total;
                return share;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** The gaps of each run of a channel after its first 10 s. */
    private static final class Gaps {
        private static final long SETTLED = TimeUnit.SECONDS.toNanos(10);

        private final RunningService service;
        private final Map<String, Long> seenSince = new TreeMap<>();
        private final Map<String, Double> before = new TreeMap<>();
        private final Map<String, Double> late = new TreeMap<>();

        private Gaps(RunningService service) {
            this.service = service;
        }

        private void look() {
            for (String channel : CHANNELS) {
                boolean running = service.metric("xg2g_live_viewers", "channel=\"" + channel + "\"") > 0;
                double now = service.metric("xg2g_live_gaps_total", "channel=\"" + channel + "\"");
                if (!running) {
                    seenSince.remove(channel);
                }
                long since = seenSince.computeIfAbsent(channel, _ -> System.nanoTime());
                if (running && System.nanoTime() - since > SETTLED) {
                    late.merge(channel, Math.max(0, now - before.getOrDefault(channel, 0.0)), Double::sum);
                }
                before.put(channel, now);
            }
        }

        private int late() {
            return (int) late.values().stream().mapToDouble(Double::doubleValue).sum();
        }

        private Map<String, Double> byChannel() {
            return late;
        }
    }
}
