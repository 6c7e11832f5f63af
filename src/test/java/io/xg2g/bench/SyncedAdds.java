package io.xg2g.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Adds of 1 KiB that return after they were synced, by several threads. */
final class SyncedAdds {
    private static final int BYTES = 1 << 10;
    private static final List<String> PEERS = List.of("sync", "artemis", "chronicle", "mvstore");
    private static final List<Integer> THREADS = List.of(1, 8, 64);
    private static final Duration WARM_UP = Duration.ofSeconds(1);
    private static final Duration MEASURED = Duration.ofSeconds(3);

    /**
     * One measurement.
     *
     * @param rate adds a second
     * @param perSync adds for each sync; NaN if unknown
     */
    private record Result(double rate, double perSync) {}

    private SyncedAdds() {}

    static void run(PrintStream out) throws Exception {
        Map<String, Result> results = new HashMap<>();
        for (int threads : THREADS) {
            for (String peer : PEERS) {
                results.put(peer + threads, measure(peer, threads));
            }
        }
        out.println("| synced adds of 1 KiB a second | 1 thread | 8 threads | 64 threads |");
        out.println("|---|---|---|---|");
        for (String peer : PEERS) {
            out.print("| " + QueueCost.name(peer));
            THREADS.forEach(
                    threads -> out.printf(" | %.0f", results.get(peer + threads).rate()));
            out.println(" |");
        }
        out.print("| queue, relative to Artemis");
        THREADS.forEach(threads -> out.printf(
                " | %.1f times",
                results.get("sync" + threads).rate()
                        / results.get("artemis" + threads).rate()));
        out.println(" |");
        out.print("| queue: items a sync");
        THREADS.forEach(
                threads -> out.printf(" | %.1f", results.get("sync" + threads).perSync()));
        out.println(" |");
        out.println();
    }

    private static Result measure(String name, int threads) throws Exception {
        Path directory = QueuePeers.directory();
        try (QueuePeer peer = QueuePeers.open(name, directory);
                ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            add(peer, pool, threads, WARM_UP);
            long before = syncs(peer);
            long began = System.nanoTime();
            long added = add(peer, pool, threads, MEASURED);
            double seconds = (System.nanoTime() - began) / 1e9;
            return new Result(added / seconds, (double) added / (syncs(peer) - before));
        } finally {
            QueueCost.delete(directory);
        }
    }

    private static long syncs(QueuePeer peer) {
        return peer instanceof OwnQueue own ? own.syncs() : 0;
    }

    private static long add(QueuePeer peer, ExecutorService pool, int threads, Duration time) throws Exception {
        AtomicLong added = new AtomicLong();
        long end = System.nanoTime() + time.toNanos();
        byte[] payload = new byte[BYTES];
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            running.add(pool.submit(() -> {
                while (System.nanoTime() < end) {
                    peer.addSynced(payload);
                    added.incrementAndGet();
                }
                return null;
            }));
        }
        for (Future<?> thread : running) {
            thread.get();
        }
        return added.get();
    }

    /**
     * Adds to the queue alone, for {@code strace -f -c -e fdatasync,fsync}: prints the number of items.
     *
     * @param args number of threads
     */
    public static void main(String[] args) throws Exception {
        int threads = Integer.parseInt(args[0]);
        Path directory = QueuePeers.directory();
        try (QueuePeer peer = QueuePeers.open("sync", directory);
                ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            System.out.println("items=" + add(peer, pool, threads, MEASURED) + " syncs=" + syncs(peer));
        } finally {
            QueueCost.delete(directory);
        }
    }
}
