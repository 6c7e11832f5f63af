package io.xg2g.bench;

import io.xg2g.ffmpeg.PlainFfmpeg;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Benchmark of the CPU time of a ladder encoded in windows of two seconds, compared with one continuous run. */
final class SegmentBench {
    private static final int ROUNDS = 3;
    private static final int WINDOWS = 10;

    private SegmentBench() {}

    static void run(PrintStream out) throws IOException {
        out.println("| source | one run | windows | windows take | target |");
        out.println("| --- | --- | --- | --- | --- |");
        compare(out, "1080p25, closed GOP", TestMedia.broadcastProgressive(), "≤ 1.15");
        compare(out, "1080i25, open GOP", TestMedia.broadcastInterlaced(), "");
    }

    private static void compare(PrintStream out, String name, Path film, String target) throws IOException {
        try (PlainFfmpeg byHand = new PlainFfmpeg(TemporaryDirectory.create("xg2g-bench"))) {
            double[] whole = new double[ROUNDS];
            double[] windowed = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                whole[round] = processorSeconds(List.of(byHand.continuous(film, WINDOWS)));
                windowed[round] = processorSeconds(byHand.windows(film, WINDOWS));
            }
            double[] ratios = IntStream.range(0, ROUNDS)
                    .mapToDouble(round -> windowed[round] / whole[round])
                    .toArray();
            out.printf(
                    "| %s | %.1f s | %.1f s | %.3f times as much | %s |%n",
                    name, median(whole), median(windowed), median(ratios), target);
        }
    }

    /** CPU time of commands that run sequentially. */
    private static double processorSeconds(List<List<String>> commands) throws IOException {
        long before = childrenTicks();
        commands.forEach(command -> PlainFfmpeg.await(PlainFfmpeg.start(command)));
        return (childrenTicks() - before) / 100.0;
    }

    /** User and system time of all children that have ended: fields 16 and 17 of proc(5)'s stat, in 1/100 s. */
    private static long childrenTicks() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
