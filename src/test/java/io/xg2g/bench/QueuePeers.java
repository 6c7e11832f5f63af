package io.xg2g.bench;

import io.xg2g.queue.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** What the queue is compared with. */
final class QueuePeers {
    private QueuePeers() {}

    /** Opens a peer by its name, in an existing directory. */
    static QueuePeer open(String name, Path directory) throws Exception {
        return switch (name) {
            case "memory" -> OwnQueue.inMemory();
            case "none" -> OwnQueue.onDisk(directory, Durability.NONE);
            case "async" -> OwnQueue.onDisk(directory, Durability.ASYNC);
            case "sync" -> OwnQueue.onDisk(directory, Durability.SYNC);
            case "LinkedBlockingQueue" -> new Linked();
            case "chronicle" -> new Chronicle(directory);
            case "artemis" -> new Artemis(directory);
            case "mvstore" -> new MvStore(directory);
            case "FileChannel" -> new PlainFile(directory, Long.MAX_VALUE);
            case "FileChannel, synced files" -> new PlainFile(directory, OwnQueue.SEGMENT_BYTES);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static final class Linked implements QueuePeer {
        private final LinkedBlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();

        @Override
        public void add(byte[] payload) {
            queue.add(payload);
        }

        @Override
        public void poll(int items) {
            for (int i = 0; i < items; i++) {
                if (queue.poll() == null) {
                    throw new IllegalStateException("empty");
                }
            }
        }

        @Override
        public void pollBatch(int items) {
            for (int left = items; left > 0; ) {
                left -= queue.drainTo(new ArrayList<>(QueueBenchmark.BATCH), QueueBenchmark.BATCH);
            }
        }

        @Override
        public void close() {}
    }

    private static final class Chronicle implements QueuePeer {
        private final ChronicleQueue queue;
        private final ThreadLocal<ExcerptAppender> appenders;
        private final ExcerptTailer tailer;
        private final Bytes<?> read = Bytes.elasticByteBuffer();

        Chronicle(Path directory) {
            queue = SingleChronicleQueueBuilder.single(directory.toFile()).build();
            appenders = ThreadLocal.withInitial(queue::createAppender);
            tailer = queue.createTailer();
        }

        @Override
        public void add(byte[] payload) {
            appenders.get().writeBytes(bytes -> bytes.write(payload));
        }

        @Override
        public void addSynced(byte[] payload) {
            ExcerptAppender appender = appenders.get();
            appender.writeBytes(bytes -> bytes.write(payload));
            appender.sync();
        }

        @Override
        public void poll(int items) {
            for (int i = 0; i < items; i++) {
                read.clear();
                if (!tailer.readBytes(read)) {
                    throw new IllegalStateException("empty");
                }
                read.toByteArray();
            }
        }

        @Override
        public void sync() {
            appenders.get().sync();
        }

        @Override
        public void close() {
            read.releaseLast();
            queue.close();
        }
    }

    /** A journal of files of 10 MiB, as in the broker; syncs are grouped by its buffer. It is not read at run time. */
    private static final class Artemis implements QueuePeer {
        private static final int FILE_BYTES = 10 << 20;
        private static final int MAX_IO = 500;

        private final NIOSequentialFileFactory factory;
        private final JournalImpl journal;
        private final AtomicLong ids = new AtomicLong();
        private long acknowledged;

        Artemis(Path directory) throws Exception {
            factory = new NIOSequentialFileFactory(directory.toFile(), true, MAX_IO);
            journal = new JournalImpl(FILE_BYTES, 10, 10, 0, 0, factory, "bench", "amq", MAX_IO);
            journal.start();
            journal.loadInternalOnly();
        }

        @Override
        public void add(byte[] payload) throws Exception {
            journal.appendAddRecord(ids.incrementAndGet(), (byte) 1, payload, false);
        }

        @Override
        public void addSynced(byte[] payload) throws Exception {
            journal.appendAddRecord(ids.incrementAndGet(), (byte) 1, payload, true);
        }

        @Override
        public void poll(int items) throws Exception {
            for (int i = 0; i < items; i++) {
                journal.appendDeleteRecord(++acknowledged, false);
            }
        }

        @Override
        public void sync() throws Exception {
            journal.appendAddRecord(ids.incrementAndGet(), (byte) 1, new byte[1], true);
        }

        @Override
        public void close() {
            journal.stop();
            factory.stop();
        }
    }

    private static final class MvStore implements QueuePeer {
        private final MVStore store;
        private final MVMap<Long, byte[]> map;
        private final AtomicLong ids = new AtomicLong();

        MvStore(Path directory) {
            store = new MVStore.Builder()
                    .fileName(directory.resolve("store").toString())
                    .open();
            map = store.openMap("queue");
        }

        @Override
        public void add(byte[] payload) {
            map.append(ids.incrementAndGet(), payload);
        }

        @Override
        public void addSynced(byte[] payload) {
            map.put(ids.incrementAndGet(), payload);
            store.commit();
            store.sync();
        }

        @Override
        public void poll(int items) {
            for (int i = 0; i < items; i++) {
                if (map.remove(map.firstKey()) == null) {
                    throw new IllegalStateException("empty");
                }
            }
        }

        @Override
        public void sync() {
            store.commit();
            store.sync();
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /**
     * The lower bound of writing: one write for each item, to one file that is synced at the end, or to files of a size, each of which
     * is synced, with its directory entry, before the next one is begun.
     */
    private static final class PlainFile implements QueuePeer {
        private final Path directory;
        private final long fileBytes;
        private FileChannel file;
        private int number;

        PlainFile(Path directory, long fileBytes) throws IOException {
            this.directory = directory;
            this.fileBytes = fileBytes;
            file = next();
        }

        private FileChannel next() throws IOException {
            FileChannel next = FileChannel.open(
                    directory.resolve("plain" + number++), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (fileBytes < Long.MAX_VALUE) {
                syncDirectory(directory);
            }
            return next;
        }

        @Override
        public void add(byte[] payload) throws IOException {
            if (file.position() + payload.length > fileBytes) {
                sync();
                file.close();
                file = next();
            }
            ByteBuffer from = ByteBuffer.wrap(payload);
            while (from.hasRemaining()) {
                file.write(from);
            }
        }

        @Override
        public void sync() throws IOException {
            file.force(false);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Makes the creations and deletions in a directory durable. */
    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
            opened.force(true);
        }
    }

    /** Makes a directory below {@code target}, on the disk of the project. */
    static Path directory() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of("target", "queue-bench")), "peer");
    }
}
