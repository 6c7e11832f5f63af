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

    /** A new part is one more line here. */
    private static final List<BenchPart> PARTS = List.of(
            new BenchPart("dispatch", "What the dispatcher costs", DispatchCost::run),
            new BenchPart("bus", "What a message costs, and how long it is on its way", BusCost::run),
            new BenchPart("targets", "Waiting times under load", QueueTargets::run),
            new BenchPart("viewers", "Viewers beside batches on a loaded machine", ViewersBench::processor),
            new BenchPart("viewers-gpu", "The same with a simulated GPU", ViewersBench::simulatedGpu),
            new BenchPart("media", "What each byte of a live channel costs", MediaCost::run),
            new BenchPart("gpu", "What looking at the GPUs costs, and whether nvidia-smi agrees", GpuCheck::run),
            new BenchPart("end-to-end", "Through HTTP beside the same commands by hand", TranscodeBench::endToEnd),
            new BenchPart("ladder", "One decode for three rungs beside three runs", TranscodeBench::ladder),
            new BenchPart("warm", "A process started ahead beside one started with its unit", TranscodeBench::warm),
            new BenchPart("segments", "A ladder window by window beside one continuous run", SegmentBench::run),
            new BenchPart("admission", "What the rate limits cost", AdmissionBench::run),
            new BenchPart("security", "What rate limits and playback tokens cost together", SecurityBench::run),
            new BenchPart("versions", "This version beside another one", VersionsBench::run),
            new BenchPart("live", "Live channels: the first picture, serving beside nginx, memory", LiveBench::run),
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
        // Timers and pools of the measured things may still be there.
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
