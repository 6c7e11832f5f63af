package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A damaged log loses what is damaged, and says so. {@link DamageIT} does the same with a larger one. */
class DamageTest {
    private static final int BYTES = 3 * DamagedLog.SEGMENT_BYTES / 2;

    private static DamagedLog log;

    @BeforeAll
    static void write() throws IOException {
        log = new DamagedLog(BYTES);
    }

    /** Flips one bit of each byte; all bits are flipped by {@link DamageIT}. */
    @Test
    void aFlippedBitIsFoundAndCostsOneRecordAtMost() throws IOException {
        for (String file : log.files()) {
            int length = log.copy().content(file).length;
            for (int i = 0; i < length; i++) {
                flip(log, file, i, i % 8);
            }
        }
    }

    /** Flips a bit, and returns the number of items that were lost. */
    static int flip(DamagedLog log, String file, int at, int bit) throws IOException {
        SimulatedDisk damaged = log.copy();
        damaged.content(file)[at] ^= (byte) (1 << bit);
        DamagedLog.Found found = DamagedLog.open(damaged);
        int lost = log.items() - found.items().size();
        if (!found.isReported() || lost > 1) {
            throw new AssertionError(
                    "bit " + bit + " of byte " + at + " of " + file + ": items lost " + lost + ", found " + found);
        }
        return lost;
    }

    @Test
    void aFileThatIsCutOffZeroedOrTornLosesWhatWasThere() throws IOException {
        for (String file : log.files()) {
            shorten(log, file, 7);
        }
    }

    /** Cuts a file off, zeroes the rest of it, and zeroes 512 bytes, at each so many bytes. */
    static void shorten(DamagedLog log, String file, int step) throws IOException {
        boolean isLast = file.equals(log.files().getLast());
        byte[] content = log.copy().content(file);
        List<int[]> records = log.records(file);
        for (int at = 0; at < content.length; at += step) {
            int from = at;
            SimulatedDisk cut = log.copy();
            cut.put(file, Arrays.copyOf(content, at));
            long lost = records.stream().filter(record -> record[1] > from).count();
            check(log, cut, lost, isLast);

            SimulatedDisk zeroed = log.copy();
            Arrays.fill(zeroed.content(file), at, content.length, (byte) 0);
            check(log, zeroed, lost, Arrays.equals(zeroed.content(file), content));

            SimulatedDisk torn = log.copy();
            int to = Math.min(at + 512, content.length);
            Arrays.fill(torn.content(file), at, to, (byte) 0);
            long hit = records.stream()
                    .filter(record -> record[1] > from && record[0] < to)
                    .count();
            check(log, torn, hit, Arrays.equals(torn.content(file), content));
        }
    }

    /** @param mayBeUnnoticed where nothing has changed, and at the end of the last file, which may never have been written */
    private static void check(DamagedLog log, SimulatedDisk damaged, long lost, boolean mayBeUnnoticed)
            throws IOException {
        DamagedLog.Found found = DamagedLog.open(damaged);
        assertThat((long) found.items().size()).isBetween(log.items() - lost, (long) log.items());
        assertThat(found.isReported() || mayBeUnnoticed).isTrue();
    }

    @Test
    void aMissingFileIsNamedAndTheRestIsThere() throws IOException {
        DamagedLog three = new DamagedLog(5 * DamagedLog.SEGMENT_BYTES / 2);
        String second = three.files().get(1);
        SimulatedDisk damaged = three.copy();
        damaged.delete(second);

        DamagedLog.Found found = DamagedLog.open(damaged);
        assertThat(found.items()).hasSize(three.items() - three.records(second).size());
        assertThat(found.recovery().damage()).containsExactly(new Damage(second, 0, 0, "a file that is missing"));
    }

    @Test
    void swappedAndRenamedFilesAreReadInTheirOrder() throws IOException {
        DamagedLog three = new DamagedLog(5 * DamagedLog.SEGMENT_BYTES / 2);
        SimulatedDisk swapped = three.copy();
        byte[] first = swapped.content(three.files().get(0));
        swapped.put(three.files().get(0), swapped.content(three.files().get(1)));
        swapped.put(three.files().get(1), first);
        SimulatedDisk renamed = three.copy();
        renamed.put(Segment.name(77), first);
        renamed.delete(three.files().getFirst());

        for (SimulatedDisk damaged : List.of(swapped, renamed)) {
            DamagedLog.Found found = DamagedLog.open(damaged);
            assertThat(found.items()).hasSize(three.items());
            assertThat(found.recovery().damage())
                    .isNotEmpty()
                    .allMatch(damage -> damage.what().startsWith("a file whose header names segment "));
        }
    }

    @Test
    void aFileOfAnotherLogCountsForNothing() throws IOException {
        SimulatedDisk other = new SimulatedDisk();
        try (HybridQueue<byte[]> queue = DamagedLog.open(other, QueueListener.NONE)) {
            for (int i = 0; i < 200; i++) {
                queue.add(new byte[500]);
            }
            queue.acknowledge(queue.poll(200));
            queue.maintain();
            queue.add(new byte[8]);
            queue.compact();
        }
        String foreign = other.list().getLast();
        SimulatedDisk damaged = log.copy();
        damaged.put(foreign, other.content(foreign));

        DamagedLog.Found found = DamagedLog.open(damaged);
        assertThat(Segment.id(foreign)).isGreaterThan(log.files().size());
        assertThat(found.items()).hasSize(log.items());
        assertThat(found.recovery().damage())
                .singleElement()
                .satisfies(damage -> assertThat(damage.what()).isEqualTo("a file of another log"));
        assertThat(damaged.list()).contains(foreign);
    }

    @Test
    void aFileOfAnotherVersionKeepsTheQueueClosedAndAllAsItWas() throws IOException {
        SimulatedDisk damaged = log.copy();
        byte[] content = damaged.content(log.files().getLast());
        ByteBuffer.wrap(content).putInt(8, 2).putInt(60, 0);
        ByteBuffer.wrap(content).putInt(60, RecordHeader.crc(content, 0, 60));
        byte[] before = content.clone();

        assertThatExceptionOfType(QueueException.Failed.class)
                .isThrownBy(() -> DamagedLog.open(damaged))
                .withMessage(log.files().getLast() + " has version 2 of the format; this program reads version 1");
        assertThat(damaged.content(log.files().getLast())).isEqualTo(before);
        assertThat(damaged.open()).isZero();
    }

    @Test
    void otherFilesAreLeftAlone() throws IOException {
        SimulatedDisk damaged = log.copy();
        List<String> others = List.of("README", "99999999999999999999.log", "1.log", "lock.bak");
        others.forEach(name -> damaged.put(name, new byte[] {1, 2, 3}));

        DamagedLog.Found found = DamagedLog.open(damaged);
        assertThat(found.items()).hasSize(log.items());
        assertThat(found.isReported()).isFalse();
        assertThat(damaged.list()).containsAll(others);
    }

    /** Compaction comes across it, reports it once, and is done with it. */
    @Test
    void compactionOfADamagedItemEndsIt() throws IOException {
        String file = log.files().getFirst();
        SimulatedDisk damaged = log.copy();
        damaged.content(file)[log.records(file).get(3)[0] + RecordHeader.BYTES] ^= 1;
        Reports reports = new Reports();
        try (HybridQueue<byte[]> queue = DamagedLog.open(damaged, reports)) {
            queue.compact();
            queue.compact();
            assertThat(reports.damage).hasSize(1);
            assertThat(queue.stats().items()).isEqualTo(log.items() - 1);
            assertThat(queue.stats().corrupt()).isEqualTo(1);
            assertThat(damaged.list()).doesNotContain(file);
        }
        assertThat(DamagedLog.open(damaged).items()).hasSize(log.items() - 1);
    }
}
