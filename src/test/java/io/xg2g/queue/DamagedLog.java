package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** A log of items in several files, which is damaged and opened. Each item is its number and bytes that follow from it. */
final class DamagedLog {
    static final int SEGMENT_BYTES = 1 << 13;

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final Map<Integer, byte[]> PAYLOADS = new ConcurrentHashMap<>();

    private final SimulatedDisk whole;
    private final int items;

    /** What was found in a damaged log. */
    record Found(TreeSet<Integer> items, Recovery recovery, List<Damage> atDelivery) {
        boolean isReported() {
            return !recovery.damage().isEmpty() || recovery.bytesCut() > 0 || !atDelivery.isEmpty();
        }
    }

    DamagedLog(int bytes) throws IOException {
        whole = new SimulatedDisk();
        int number = 0;
        try (HybridQueue<byte[]> queue = open(whole, QueueListener.NONE)) {
            while (whole.usedBytes() < bytes) {
                queue.add(payload(number++), 0);
                queue.sync();
            }
        }
        items = number;
    }

    private DamagedLog(SimulatedDisk whole, int items) {
        this.whole = whole;
        this.items = items;
    }

    /**
     * Returns the part of the log in which damage of a file is found: the file, and the next one up to its first record, since the end
     * of a file is judged by whether another one follows; of the last file, the one before. The files before are not needed any more,
     * as their headers say.
     */
    DamagedLog around(String file) throws IOException {
        List<String> files = files();
        int index = files.indexOf(file);
        boolean isLast = index == files.size() - 1;
        String first = isLast ? files.get(index - 1) : file;
        String second = isLast ? file : files.get(index + 1);
        byte[] end = whole.content(second);
        SimulatedDisk part = new SimulatedDisk();
        part.put(first, beginningWith(first, whole.content(first)));
        part.put(
                second,
                beginningWith(
                        first, isLast ? end : Arrays.copyOf(end, records(second).getFirst()[1])));
        return new DamagedLog(
                part, records(first).size() + (isLast ? records(second).size() : 1));
    }

    /** Returns a file whose header says that the log begins with some file. */
    private static byte[] beginningWith(String first, byte[] file) {
        SegmentHeader header = SegmentHeader.read("", file).orElseThrow();
        byte[] begins = new SegmentHeader(
                        header.log(), header.segment(), Segment.id(first), header.nextSequence(), header.created())
                .bytes();
        byte[] content = file.clone();
        System.arraycopy(begins, 0, content, 0, begins.length);
        return content;
    }

    static HybridQueue<byte[]> open(SimulatedDisk disk, QueueListener listener) throws IOException {
        QueueOptions options = QueueOptions.named("damaged")
                .with(new QueueOptions.Storage(
                        Path.of("simulated"), Durability.ASYNC, SECOND, 1 << 24, SEGMENT_BYTES, false))
                .with(listener);
        return new HybridQueue<>(options, Serializer.BYTES, disk, false);
    }

    private static byte[] payload(int number) {
        return PAYLOADS.computeIfAbsent(number, DamagedLog::newPayload);
    }

    private static byte[] newPayload(int number) {
        byte[] payload = new byte[4 + number % 300];
        new Random(number).nextBytes(payload);
        for (int i = 0; i < 4; i++) {
            payload[i] = (byte) (number >> (8 * i));
        }
        return payload;
    }

    int items() {
        return items;
    }

    List<String> files() {
        return whole.list();
    }

    SimulatedDisk copy() {
        return whole.copy();
    }

    /** Opens a damaged log, checks that each item is whole and in its order, and that it is opened again without damage. */
    static Found open(SimulatedDisk damaged) throws IOException {
        Reports reports = new Reports();
        TreeSet<Integer> found = new TreeSet<>();
        Recovery recovery;
        try (HybridQueue<byte[]> queue = open(damaged, reports)) {
            recovery = queue.recovery();
            int last = -1;
            for (Optional<Delivery<byte[]>> next = queue.poll(); next.isPresent(); next = queue.poll()) {
                byte[] item = next.get().item();
                int number = (item[0] & 0xFF) | (item[1] & 0xFF) << 8 | (item[2] & 0xFF) << 16;
                // Assertions of the library take most of the time where millions of logs are opened.
                if (number <= last || !Arrays.equals(item, payload(number))) {
                    throw new AssertionError("item " + number + " after " + last + ": " + Arrays.toString(item));
                }
                found.add(number);
                last = number;
            }
            queue.add(payload(last + 1), 0);
        }
        assertThat(damaged.open()).isZero();
        return new Found(found, recovery, new ArrayList<>(reports.damage));
    }

    /** Returns the record of each item in a file: offset and end. */
    List<int[]> records(String file) throws IOException {
        List<int[]> records = new ArrayList<>();
        try (DiskFile open = whole.open(file)) {
            SegmentScan.run(open, file, Segment.id(file), true, (header, offset) -> {
                if (header.type() == RecordHeader.ITEM) {
                    records.add(new int[] {(int) offset, (int) (offset + header.recordBytes())});
                }
            });
        }
        return records;
    }
}
