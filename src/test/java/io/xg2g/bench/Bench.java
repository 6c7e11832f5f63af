package io.xg2g.bench;

import io.xg2g.gpu.GpuCheck;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Runs the parts named by the arguments, or all of them in order, and prints a report in Markdown. */
public final class Bench {

    /** All parts. */
    private static final List<BenchPart> PARTS = List.of(
            new BenchPart("dispatch", "Dispatcher overhead", DispatchCost::run),
            new BenchPart("bus", "Message throughput and latency", BusCost::run),
            new BenchPart("queue", "Durable queue compared with others", QueueCost::run),
            new BenchPart("scale", "Many gateways and GPUs, simulated", ScaleBench::run),
            new BenchPart("targets", "Waiting times under load", QueueTargets::run),
            new BenchPart("viewers", "Viewers and batches together on a loaded machine", ViewersBench::processor),
            new BenchPart("viewers-gpu", "The same with a simulated GPU", ViewersBench::simulatedGpu),
            new BenchPart("media", "Throughput of the MPEG-TS parsers", MediaCost::run),
            new BenchPart("gpu", "Cost of GPU samples, and comparison with nvidia-smi", GpuCheck::run),
            new BenchPart("end-to-end", "Transcoding over HTTP compared with ffmpeg alone", TranscodeBench::endToEnd),
            new BenchPart("ladder", "One decode for three rungs compared with three runs", TranscodeBench::ladder),
            new BenchPart(
                    "warm", "Process started in advance compared with one started with its unit", TranscodeBench::warm),
            new BenchPart("segments", "Encoding by windows compared with one continuous run", SegmentBench::run),
            new BenchPart("admission", "Cost of rate limits", AdmissionBench::run),
            new BenchPart("security", "Cost of rate limits and playback tokens", SecurityBench::run),
            new BenchPart("versions", "This version compared with another one", VersionsBench::run),
            new BenchPart("live", "Live channels: first segment, serving compared with nginx, memory", LiveBench::run),
            new BenchPart("outage", "Processor time while sources are away", OutageBench::run),
            new BenchPart("cameras", "Cameras: processors, memory and latency", CamerasBench::run),
            new BenchPart(
                    "cluster-dispatch", "Dispatching by a broker, at 200 units a second", ClusterDispatchCost::run),
            new BenchPart("cluster", "Clips through a gateway and workers with simulated GPUs", ClusterBench::run),
            new BenchPart("start", "Start-up, memory and sizes", StartBench::run));

    private Bench() {}

    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        Set<String> chosen = args.length == 0 ? names() : Set.of(args);
        if (!names().containsAll(chosen)) {
            System.err.println("parts are " + names() + ", not " + chosen);
            System.exit(2);
        }
        PrintStream out = System.out;
        out.println("Machine: " + machine() + ", " + LocalDate.now());
        for (BenchPart part : PARTS) {
            if (chosen.contains(part.name())) {
                out.printf("%n## %s%n%n", part.title());
                part.run().to(out);
            }
        }
        // Timers and pools of the measured code may still be running.
        System.exit(0);
    }

    private static Set<String> names() {
        return PARTS.stream().map(BenchPart::name).collect(Collectors.toSet());
    }

    private static String machine() throws IOException {
        return "%s, %d cores, %d GiB memory, %s %s, JDK %s"
                .formatted(
                        field("/proc/cpuinfo", "model name"),
                        Runtime.getRuntime().availableProcessors(),
                        Math.round(Double.parseDouble(
                                        field("/proc/meminfo", "MemTotal").replaceAll("\\D", ""))
                                / (1 << 20)),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Runtime.version());
    }

    /** A field of one of Linux's tables of names and values. */
    private static String field(String file, String name) throws IOException {
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            return "0";
        }
        return Files.readAllLines(path).stream()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse("0");
    }
}
