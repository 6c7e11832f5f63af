package io.xg2g.queue;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Options of a queue. {@link #named} gives the defaults.
 *
 * @param name of the queue, for messages and thread names: 1 to 63 of a-z, 0-9 and -, beginning with a letter
 * @param bounds of its items
 * @param memory bounds of the payloads in memory
 * @param storage files; {@code null} for a queue in memory only
 * @param lease time after which an item that was not acknowledged is delivered again, 1 ms to 36,500 days
 * @param clock clocks
 * @param listener receiver of reports
 */
public record QueueOptions(
        String name,
        Bounds bounds,
        Memory memory,
        @Nullable Storage storage,
        Duration lease,
        QueueClock clock,
        QueueListener listener) {
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** Nanoseconds of it, beside any time of the monotonic clock, fit into 64 bits. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** Checks the name and the lease. */
    public QueueOptions {
        if (!name.matches("[a-z][a-z0-9-]{0,62}")) {
            throw new IllegalArgumentException(
                    "name of a queue has to be 1 to 63 of a-z, 0-9 and -, beginning with a letter, not \"" + name
                            + '"');
        }
        checkDuration("lease", lease);
    }

    /** Throws if a duration is not 1 ms to 36,500 days; {@code null} is allowed. */
    void checkDuration(String what, @Nullable Duration duration) {
        if (duration != null && (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException("queue " + name + ": " + what + " has to be 1 ms to " + LONGEST.toDays()
                    + " days, not " + duration);
        }
    }

    /** Throws if a number is less than allowed. */
    void checkNumber(String what, long number, long least) {
        if (number < least) {
            throw new IllegalArgumentException(
                    "queue " + name + ": " + what + " has to be at least " + least + ", not " + number);
        }
    }

    /**
     * Bounds of the items.
     *
     * @param levels number of priorities, 1 to {@value #MAX_LEVELS}; 1 is a plain FIFO queue
     * @param items in the queue, at least 1; a circular queue overwrites its oldest item beyond it
     * @param itemBytes bytes of one item, 1 to {@value #MAX_ITEM_BYTES}
     */
    public record Bounds(int levels, int items, int itemBytes) {
        static final int MAX_LEVELS = 64;
        static final int MAX_ITEM_BYTES = 1 << 30;
        static final Bounds DEFAULT = new Bounds(1, 1_000_000, 64 << 20);

        /** Checks the bounds. */
        public Bounds {
            check("levels", levels, 1, MAX_LEVELS);
            check("items", items, 1, Integer.MAX_VALUE);
            check("itemBytes", itemBytes, 1, MAX_ITEM_BYTES);
        }
    }

    /**
     * Bounds of the payloads in memory. An item costs about 100 bytes beside its payload, wherever that is.
     *
     * @param items number of payloads, at least 1
     * @param bytes of these payloads, at least 1
     * @param ratio share of the bounds from which on payloads leave memory, above 0, at most 1
     * @param overflow which ones leave first
     */
    public record Memory(int items, long bytes, double ratio, Overflow overflow) {
        static final Memory DEFAULT = new Memory(100_000, 64L << 20, 0.8, Overflow.OLDEST);

        /** Checks the bounds. */
        public Memory {
            check("memory items", items, 1, Integer.MAX_VALUE);
            check("memory bytes", bytes, 1, Long.MAX_VALUE);
            if (!(ratio > 0 && ratio <= 1)) {
                throw new IllegalArgumentException("overflow ratio has to be above 0 and at most 1, not " + ratio);
            }
        }
    }

    /**
     * Files.
     *
     * @param directory used by this queue alone, created if missing
     * @param durability guarantee of the operations
     * @param syncInterval between syncs with {@link Durability#ASYNC}, and between passes of background work; at least 1 ms
     * @param bytes of all files, at least two segments; an item may be as large as all but one of these
     * @param segmentBytes size at which a file is closed and the next one begun, 4 KiB to 1 GiB
     * @param compress whether payloads are compressed (DEFLATE) where that makes them smaller
     */
    public record Storage(
            Path directory,
            Durability durability,
            Duration syncInterval,
            long bytes,
            int segmentBytes,
            boolean compress) {
        private static final int MIN_SEGMENT_BYTES = 1 << 12;
        private static final int MAX_SEGMENT_BYTES = 1 << 30;

        /** Checks the bounds. */
        public Storage {
            check("segmentBytes", segmentBytes, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
            check("disk bytes", bytes, 2L * segmentBytes, Long.MAX_VALUE);
            check("syncInterval in ms", syncInterval.toMillis(), 1, Long.MAX_VALUE);
        }

        /** Returns the defaults: 1 GiB in segments of 16 MiB, synced each 100 ms where the durability is ASYNC. */
        public static Storage in(Path directory, Durability durability) {
            return new Storage(directory, durability, Duration.ofMillis(100), 1L << 30, 16 << 20, false);
        }

        /** Returns these with other sizes. */
        public Storage sized(long ofAllFiles, int ofSegment) {
            return new Storage(directory, durability, syncInterval, ofAllFiles, ofSegment, compress);
        }

        /** Returns these with compression. */
        public Storage compressed() {
            return new Storage(directory, durability, syncInterval, bytes, segmentBytes, true);
        }

        /** Returns these with another interval between syncs. */
        public Storage syncedEach(Duration interval) {
            return new Storage(directory, durability, interval, bytes, segmentBytes, compress);
        }
    }

    /** Returns the defaults: one level, a million items, 64 MiB in memory, nothing on disk, leases of five minutes. */
    public static QueueOptions named(String name) {
        return new QueueOptions(
                name, Bounds.DEFAULT, Memory.DEFAULT, null, LEASE, QueueClock.SYSTEM, QueueListener.NONE);
    }

    /** Returns these with other bounds. */
    public QueueOptions with(Bounds other) {
        return new QueueOptions(name, other, memory, storage, lease, clock, listener);
    }

    /** Returns these with other bounds in memory. */
    public QueueOptions with(Memory other) {
        return new QueueOptions(name, bounds, other, storage, lease, clock, listener);
    }

    /** Returns these with files. */
    public QueueOptions with(Storage files) {
        return new QueueOptions(name, bounds, memory, files, lease, clock, listener);
    }

    /** Returns these with another lease. */
    public QueueOptions withLease(Duration other) {
        return new QueueOptions(name, bounds, memory, storage, other, clock, listener);
    }

    /** Returns these with other clocks. */
    public QueueOptions with(QueueClock other) {
        return new QueueOptions(name, bounds, memory, storage, lease, other, listener);
    }

    /** Returns these with a receiver of reports. */
    public QueueOptions with(QueueListener other) {
        return new QueueOptions(name, bounds, memory, storage, lease, clock, other);
    }

    private static void check(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "queue: " + what + " has to be " + least + " to " + most + ", not " + value);
        }
    }
}
