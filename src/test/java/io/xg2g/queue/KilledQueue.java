package io.xg2g.queue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A process that uses a queue with several threads until it is killed, and says on its output what has returned: {@code +}
 * and {@code -} with the number of an item that was added and acknowledged, and {@code ?} before an acknowledgement.
 */
final class KilledQueue {
    private static final int THREADS = 4;

    /** Items that wait at most, so that those that take keep up. */
    private static final int ITEMS = 300;

    private KilledQueue() {}

    static QueueOptions options(Path directory) {
        return QueueOptions.named("killed")
                .with(new QueueOptions.Bounds(1, ITEMS, 1 << 16))
                .with(new QueueOptions.Memory(100, 1 << 18, 0.8, Overflow.OLDEST))
                .with(QueueOptions.Storage.in(directory, Durability.SYNC)
                        .sized(1 << 26, 1 << 16)
                        .syncedEach(Duration.ofMillis(5)));
    }

    /** Returns an item whose bytes follow from its number. */
    static byte[] payload(long number) {
        Random random = new Random(number);
        byte[] payload = new byte[Long.BYTES + random.nextInt(2_000)];
        random.nextBytes(payload);
        ByteBuffer.wrap(payload).putLong(number);
        return payload;
    }

    static long number(byte[] payload) {
        return ByteBuffer.wrap(payload).getLong();
    }

    /** Arguments: the directory, and the first number, of which each thread uses those that are its own. */
    public static void main(String[] arguments) throws IOException {
        HybridQueue<byte[]> queue = HybridQueue.open(options(Path.of(arguments[0])), Serializer.BYTES);
        long first = Long.parseLong(arguments[1]);
        PrintStream out = System.out;
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            Thread.ofPlatform().start(() -> add(queue, first + thread, out));
            Thread.ofPlatform().start(() -> take(queue, out));
        }
    }

    private static void add(HybridQueue<byte[]> queue, long first, PrintStream out) {
        long number = first;
        while (true) {
            try {
                queue.add(payload(number));
                out.println("+" + number);
                number += THREADS;
            } catch (QueueException.Full later) {
                Thread.onSpinWait();
            }
        }
    }

    private static void take(HybridQueue<byte[]> queue, PrintStream out) {
        while (true) {
            Optional<Delivery<byte[]>> next = queue.poll();
            if (next.isEmpty()) {
                Thread.onSpinWait();
                continue;
            }
            long number = number(next.get().item());
            if (number % 5 == 0 && next.get().number() < 3) {
                next.get().putBack();
                continue;
            }
            out.println("?" + number);
            queue.acknowledge(List.of(next.get()));
            out.println("-" + number);
        }
    }
}
