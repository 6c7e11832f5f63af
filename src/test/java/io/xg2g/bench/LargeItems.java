package io.xg2g.bench;

import io.xg2g.queue.Durability;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueForBench;
import io.xg2g.queue.QueueOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Items of 1 MiB, as segments of video are: added, and synced at the end. Records of the Artemis journal are smaller. */
final class LargeItems {
    private static final int BYTES = 1 << 20;
    private static final int ITEMS = 128;
    private static final int ROUNDS = 5;
    private static final List<String> PEERS =
            List.of("FileChannel", "FileChannel, synced files", "async", "chronicle", "mvstore");

    private LargeItems() {}

    static void run(PrintStream out) throws Exception {
        Map<String, List<double[]>> rates = new HashMap<>();
        // In turns, so that a busy moment of the disk does not hit one of them alone.
        for (int round = 0; round < ROUNDS; round++) {
            for (String peer : PEERS) {
                rates.computeIfAbsent(peer, _ -> new ArrayList<>()).add(measure(peer));
            }
        }
        double added = median(rates.get("FileChannel"), 0);
        double synced = median(rates.get("FileChannel"), 1);
        out.printf(
                "| %d items of 1 MiB | added, MB/s | relative to `FileChannel` | with the sync at the end, MB/s | relative |%n",
                ITEMS);
        out.println("|---|---|---|---|---|");
        for (String peer : PEERS) {
            double own = median(rates.get(peer), 0);
            double ownSynced = median(rates.get(peer), 1);
            out.printf(
                    "| %s | %.0f | %.2f times | %.0f | %.2f times |%n",
                    QueueCost.name(peer), own, own / added, ownSynced, ownSynced / synced);
        }
        out.println();
        onTimedDisk(out);
    }

    /** Each number of milliseconds is about ten times that of a fast disk. */
    private static void onTimedDisk(PrintStream out) throws IOException {
        out.printf(
                "| %d items of 1 MiB on a simulated disk: to write, to sync a MiB, and for each sync, ms | written, then synced, ms |"
                        + " queue, `ASYNC`, ms | relative |%n",
                ITEMS);
        out.println("|---|---|---|---|");
        for (double[] disk : new double[][] {{3, 2, 10}, {3, 4, 3}, {3, 4, 10}, {3, 8, 10}}) {
            double plain = ITEMS * (disk[0] + disk[1]) + disk[2];
            double queue = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                queue = Math.min(queue, onTimedDisk(disk));
            }
            out.printf(
                    "| %.0f, %.0f, %.0f | %.0f | %.0f | %.2f times |%n",
                    disk[0], disk[1], disk[2], plain, queue, plain / queue);
        }
        out.println();
    }

    /** Returns the milliseconds until all is synced. */
    private static double onTimedDisk(double... disk) throws IOException {
        QueueOptions options = QueueOptions.named("bench")
                .with(new QueueOptions.Bounds(1, ITEMS, 2 * BYTES))
                .with(QueueOptions.Storage.in(Path.of("simulated"), Durability.ASYNC)
                        .sized(64L << 30, OwnQueue.SEGMENT_BYTES));
        try (HybridQueue<byte[]> queue =
                QueueForBench.onTimedDisk(options, disk[0], disk[1], disk[2]).queue()) {
            byte[] payload = new byte[BYTES];
            long began = System.nanoTime();
            for (int i = 0; i < ITEMS; i++) {
                queue.add(payload);
            }
            queue.sync();
            return (System.nanoTime() - began) / 1e6;
        }
    }

    /** Returns MB a second without and with the sync. */
    private static double[] measure(String name) throws Exception {
        byte[] payload = new byte[BYTES];
        ThreadLocalRandom.current().nextBytes(payload);
        Path directory = QueuePeers.directory();
        try (QueuePeer peer = QueuePeers.open(name, directory)) {
            long began = System.nanoTime();
            for (int i = 0; i < ITEMS; i++) {
                peer.add(payload);
            }
            double added = System.nanoTime() - began;
            peer.sync();
            double synced = System.nanoTime() - began;
            return new double[] {rate(added), rate(synced)};
        } finally {
            QueueCost.delete(directory);
            // Otherwise the next one's first sync would pay for that.
            QueuePeers.syncDirectory(directory.toAbsolutePath().getParent());
        }
    }

    private static double rate(double nanos) {
        return (double) ITEMS * BYTES / 1e6 / (nanos / 1e9);
    }

    private static double median(List<double[]> rounds, int column) {
        return rounds.stream()
                .mapToDouble(round -> round[column])
                .sorted()
                .skip(rounds.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
