package io.xg2g.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The payloads in memory, and which of them leaves first. Victims are chosen in constant time: payloads are in classes by
 * size or level, and each class in the order of arrival. Not thread-safe: guarded by the queue's lock.
 */
final class MemoryTier {
    private static final int CLASSES = Math.max(Integer.SIZE, QueueOptions.Bounds.MAX_LEVELS);

    /** Bytes of an entry whose payload is empty, so that the bound in bytes holds for such items, too. */
    private static final int LEAST_BYTES = 1;

    /** The payload of an entry. */
    static final class Payload extends Chain.Link {
        final Entry entry;
        final byte[] bytes;

        /** Whether it was read ahead of its delivery and may not leave. */
        final boolean readAhead;

        Payload(Entry entry, byte[] bytes, boolean readAhead) {
            this.entry = entry;
            this.bytes = bytes;
            this.readAhead = readAhead;
        }
    }

    private QueueOptions.Memory limits;

    /** Whether payloads can leave; otherwise no victims are chosen, and the order of arrival is not kept. */
    private final boolean overflows;

    private final List<Chain<Payload>> classes = new ArrayList<>();

    /** A bit for each class that is not empty. */
    private long occupied;

    private int items;
    private long bytes;

    MemoryTier(QueueOptions.Memory limits, boolean overflows) {
        this.limits = limits;
        this.overflows = overflows;
        for (int i = 0; i < CLASSES; i++) {
            classes.add(new Chain<>());
        }
    }

    int items() {
        return items;
    }

    long bytes() {
        return bytes;
    }

    QueueOptions.Memory limits() {
        return limits;
    }

    /** Changes the bounds. The policy stays, since the classes depend on it. */
    void limit(int ofItems, long ofBytes) {
        limits = new QueueOptions.Memory(ofItems, ofBytes, limits.ratio(), limits.overflow());
    }

    /** Whether payloads have to leave. */
    boolean isOverRatio() {
        return items > limits.items() * limits.ratio() || bytes > limits.bytes() * limits.ratio();
    }

    /** Whether one more payload of a length stays within the bounds. */
    boolean hasRoomFor(int length) {
        return items < limits.items() && bytes + weight(length) <= limits.bytes();
    }

    /** Returns the number of payloads that can be added, whatever their size. */
    int roomForItems() {
        return Math.max(0, limits.items() - items);
    }

    /** Returns the bytes that can be added, 0 if no more payloads can. */
    long room() {
        return items < limits.items() ? Math.max(0, limits.bytes() - bytes) : 0;
    }

    /** Returns the payload of an entry that is delivered, and drops it if it was read ahead; {@code null} if it is not here. */
    byte @Nullable [] take(Entry entry) {
        Payload payload = entry.payload;
        if (payload == null) {
            return null;
        }
        if (payload.readAhead) {
            remove(entry);
        }
        return payload.bytes;
    }

    /** Retains the payload of an entry. */
    void add(Entry entry, byte[] payload) {
        add(new Payload(entry, payload, false));
    }

    /** Retains a payload that is on disk too, until it is delivered, which is soon. */
    void addAhead(Entry entry, byte[] payload) {
        add(new Payload(entry, payload, true));
    }

    private void add(Payload payload) {
        payload.entry.payload = payload;
        items++;
        bytes += weight(payload.bytes.length);
        if (overflows && !payload.readAhead) {
            int index = classOf(payload.entry);
            classes.get(index).addLast(payload);
            occupied |= 1L << index;
        }
    }

    /** Drops the payload of an entry, if it is here. */
    void remove(Entry entry) {
        Payload payload = entry.payload;
        if (payload == null) {
            return;
        }
        entry.payload = null;
        items--;
        bytes -= weight(payload.bytes.length);
        if (overflows && !payload.readAhead) {
            int index = classOf(entry);
            Chain<Payload> chain = classes.get(index);
            chain.remove(payload);
            if (chain.size() == 0) {
                occupied &= ~(1L << index);
            }
        }
    }

    /** Returns the payloads that leave next, worth at least so many items or bytes, or all. They stay until they are removed. */
    List<Payload> victims(long leastItems, long leastBytes) {
        List<Payload> victims = new ArrayList<>();
        long found = 0;
        for (long left = occupied; left != 0; ) {
            int index = Long.SIZE - 1 - Long.numberOfLeadingZeros(left);
            left &= ~(1L << index);
            @Nullable Payload next = classes.get(index).first();
            while (next != null) {
                if (victims.size() >= leastItems && found >= leastBytes) {
                    return victims;
                }
                victims.add(next);
                found += weight(next.bytes.length);
                next = classes.get(index).after(next);
            }
        }
        return victims;
    }

    /** Returns the class: payloads of higher classes leave first. */
    private int classOf(Entry entry) {
        return switch (limits.overflow()) {
            case OLDEST -> 0;
            case LARGEST -> Integer.SIZE - Integer.numberOfLeadingZeros(entry.length);
            case LOWEST_PRIORITY -> CLASSES - 1 - entry.level;
        };
    }

    private static int weight(int length) {
        return Math.max(length, LEAST_BYTES);
    }
}
