package io.xg2g.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/** Reads payloads from the log, those of items that follow each other with one read. Thread-safe. */
final class PayloadReader {
    /** Bytes of a read for more than one item: few enough that they stay in the processor's cache until they are copied. */
    private static final int WINDOW = 1 << 16;

    /** An entry's record, as it was when the queue's lock was held. */
    private record At(Entry entry, long offset, int stored) {
        private long end() {
            return offset + RecordHeader.recordBytes(stored);
        }
    }

    /** Where to read: an entry, and those behind it in the same window. */
    private record Place(Segment segment, List<At> entries, int bytes) {
        /**
         * Returns where an entry is, and those of the following ones that are read with it. Called with the queue's lock.
         *
         * @param room bytes that are read at most for these
         */
        private static Place of(Entry entry, List<Entry> following, long room) {
            Segment segment = Objects.requireNonNull(entry.segment);
            List<At> entries = new ArrayList<>(1 + following.size());
            At first = new At(entry, entry.offset, entry.stored);
            entries.add(first);
            long end = first.end();
            long most = entry.offset + Math.min(WINDOW, room);
            for (Entry next : following) {
                if (next.segment == segment && next.payload == null && next.offset > entry.offset) {
                    At at = new At(next, next.offset, next.stored);
                    if (at.end() <= most) {
                        entries.add(at);
                        end = Math.max(end, at.end());
                    }
                }
            }
            return new Place(segment, entries, (int) (end - entry.offset));
        }

        private long offset() {
            return entries.getFirst().offset();
        }
    }

    /** A payload that was read ahead. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Ahead(Entry entry, byte[] payload) {}

    /**
     * What was read.
     *
     * @param payload of the first entry; {@code null} if it is damaged
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Result(
            byte @Nullable [] payload, @Nullable Damage damage, List<Ahead> ahead) {}

    private final ItemStore store;
    private final @Nullable SegmentLog log;
    private final QueueOptions options;

    /** A window for the next read; {@code null} while it is in use. */
    private final AtomicReference<byte @Nullable []> spare = new AtomicReference<>();

    PayloadReader(ItemStore store, @Nullable SegmentLog log, QueueOptions options) {
        this.store = store;
        this.log = log;
        this.options = options;
    }

    /** Returns the number of records as long as that of an entry which are read at once, at most. Called with the queue's lock. */
    static int readAtOnce(Entry entry) {
        return (int) (WINDOW / RecordHeader.recordBytes(entry.stored));
    }

    /**
     * Returns the payload of an entry, and reads those that follow it ahead.
     *
     * @param following entries that are delivered next; read where they are behind it on disk
     * @return {@code null} if it is damaged, so that the item is lost, or if the entry has ended
     * @throws QueueException.Failed if the file cannot be read
     */
    byte @Nullable [] payload(Entry entry, List<Entry> following) {
        while (true) {
            Place place;
            store.lock.lock();
            try {
                byte @Nullable [] inMemory = store.memory().take(entry);
                if (inMemory != null) {
                    return inMemory;
                }
                if (entry.state == Entry.State.ENDED) {
                    return null;
                }
                place = Place.of(entry, following, store.memory().room());
            } finally {
                store.lock.unlock();
            }
            try {
                Result result = read(place);
                if (result.damage() == null || isCurrent(place)) {
                    return retained(result);
                }
            } catch (IOException failure) {
                if (isCurrent(place)) {
                    throw DiskErrors.of(options.name(), "read", failure);
                }
            }
        }
    }

    /** Returns whether the first entry has neither moved nor ended, so that its file may not be deleted. */
    private boolean isCurrent(Place place) {
        Entry entry = place.entries().getFirst().entry();
        return store.locked(() -> entry.segment == place.segment() && entry.state != Entry.State.ENDED);
    }

    /** Retains what was read ahead, and reports damage. */
    private byte @Nullable [] retained(Result result) {
        Damage damage = result.damage();
        store.update(() -> {
            for (Ahead ahead : result.ahead()) {
                if (!ahead.entry().isEnding()
                        && ahead.entry().payload == null
                        && store.memory().hasRoomFor(ahead.payload().length)) {
                    store.memory().addAhead(ahead.entry(), ahead.payload());
                }
            }
            if (damage != null) {
                store.counters().corrupt++;
            }
        });
        if (damage != null) {
            options.listener().damaged(damage);
        }
        return result.payload();
    }

    private Result read(Place place) throws IOException {
        byte @Nullable [] window = place.bytes() > WINDOW ? new byte[place.bytes()] : spare.getAndSet(null);
        if (window == null) {
            window = new byte[WINDOW];
        }
        try {
            int read = Objects.requireNonNull(log).read(place.segment(), place.offset(), window, place.bytes());
            Arrays.fill(window, read, place.bytes(), (byte) 0);
            return payloads(place, window);
        } finally {
            if (window.length == WINDOW) {
                spare.set(window);
            }
        }
    }

    private static Result payloads(Place place, byte[] window) {
        List<Ahead> ahead = new ArrayList<>(place.entries().size());
        for (At at : place.entries().subList(1, place.entries().size())) {
            byte @Nullable [] payload = payload(window, at, place);
            if (payload != null) {
                ahead.add(new Ahead(at.entry(), payload));
            }
        }
        At first = place.entries().getFirst();
        byte @Nullable [] payload = payload(window, first, place);
        return new Result(payload, payload == null ? damage(first, place) : null, ahead);
    }

    private static Damage damage(At at, Place place) {
        return new Damage(
                place.segment().name,
                at.offset(),
                RecordHeader.BYTES + at.stored(),
                "payload of item " + at.entry().sequence);
    }

    private static byte @Nullable [] payload(byte[] window, At at, Place place) {
        int from = (int) (at.offset() - place.offset());
        if (!RecordHeader.isAt(window, from, place.segment().id, at.offset())) {
            return null;
        }
        RecordHeader header = RecordHeader.read(window, from);
        int payload = from + RecordHeader.BYTES;
        if (header.sequence() != at.entry().sequence
                || header.stored() != at.stored()
                || !header.hasPayload(window, payload)) {
            return null;
        }
        byte[] stored = Arrays.copyOfRange(window, payload, payload + at.stored());
        try {
            return header.compressed() ? Compressor.decompress(stored, header.length()) : stored;
        } catch (DataFormatException damaged) {
            return null;
        }
    }
}
