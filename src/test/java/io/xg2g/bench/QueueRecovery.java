package io.xg2g.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** How long a queue of a million items takes to open. */
final class QueueRecovery {
    private static final int ITEMS = 1_000_000;
    private static final int BYTES = 64;
    private static final List<String> PEERS = List.of("async", "artemis", "mvstore");

    private QueueRecovery() {}

    static void run(PrintStream out) throws Exception {
        out.println("| opening of a million items of 64 B | s |");
        out.println("|---|---|");
        for (String peer : PEERS) {
            out.printf("| %s | %.2f |%n", QueueCost.name(peer), measure(peer));
        }
        out.println();
    }

    private static double measure(String name) throws Exception {
        Path directory = QueuePeers.directory();
        try {
            try (QueuePeer peer = QueuePeers.open(name, directory)) {
                byte[] payload = new byte[BYTES];
                for (int i = 0; i < ITEMS; i++) {
                    peer.add(payload);
                }
                peer.sync();
            }
            long began = System.nanoTime();
            try (QueuePeer peer = QueuePeers.open(name, directory)) {
                double seconds = (System.nanoTime() - began) / 1e9;
                if (peer instanceof OwnQueue own && own.items() != ITEMS) {
                    throw new IllegalStateException("recovered " + own.items() + " of " + ITEMS);
                }
                return seconds;
            }
        } finally {
            QueueCost.delete(directory);
        }
    }
}
