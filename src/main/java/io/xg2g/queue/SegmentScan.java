package io.xg2g.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the records of one segment file. A record that is damaged is skipped: headers are at multiples of 8 and are valid
 * only at their own place, so that the next one is found again, and bytes of a payload or of another file are never taken for
 * one.
 */
final class SegmentScan {
    private static final int WINDOW = 1 << 20;
    private static final String NO_RECORD = "bytes that are no record";

    /** Receives the records in their order. */
    interface Visitor {
        void record(RecordHeader header, long offset);
    }

    private final DiskFile file;
    private final String name;
    private final long id;
    private final long size;
    private final boolean verifyPayloads;
    private final List<Damage> damage = new ArrayList<>();

    private byte[] window = new byte[0];
    private long windowAt;
    private long records;
    private long end = SegmentHeader.BYTES;

    private SegmentScan(DiskFile file, String name, long id, long size, boolean verifyPayloads) {
        this.file = file;
        this.name = name;
        this.id = id;
        this.size = size;
        this.verifyPayloads = verifyPayloads;
    }

    /**
     * Reads all records.
     *
     * @param id of the segment
     * @param verifyPayloads whether payloads are checked, too; otherwise they are when they are delivered
     */
    static SegmentScan run(DiskFile file, String name, long id, boolean verifyPayloads, Visitor visitor)
            throws IOException {
        SegmentScan scan = new SegmentScan(file, name, id, file.size(), verifyPayloads);
        scan.run(visitor);
        return scan;
    }

    /** Returns whether the last record of a file is a valid SEAL. */
    static boolean isSealed(DiskFile file, long id) throws IOException {
        long at = file.size() - RecordHeader.BYTES;
        byte[] last = new byte[RecordHeader.BYTES];
        return at >= SegmentHeader.BYTES
                && file.read(last, 0, last.length, at) == last.length
                && RecordHeader.isAt(last, 0, id, at)
                && RecordHeader.read(last, 0).type() == RecordHeader.SEAL;
    }

    /** Reads the header of a file; empty if it is too short or damaged. */
    static Optional<SegmentHeader> header(DiskFile file, String name) throws IOException {
        byte[] bytes = new byte[SegmentHeader.BYTES];
        return file.read(bytes, 0, bytes.length, 0) < bytes.length ? Optional.empty() : SegmentHeader.read(name, bytes);
    }

    /** Number of valid records. */
    long records() {
        return records;
    }

    /** End of the last valid record. */
    long end() {
        return end;
    }

    long size() {
        return size;
    }

    /** Damage before the last valid record. */
    List<Damage> damage() {
        return damage;
    }

    private void run(Visitor visitor) throws IOException {
        long offset = SegmentHeader.BYTES;
        String skipped = NO_RECORD;
        while (offset + RecordHeader.BYTES <= size) {
            int at = load(offset, RecordHeader.BYTES);
            if (!RecordHeader.isAt(window, at, id, offset)) {
                offset += RecordHeader.ALIGNMENT;
                continue;
            }
            RecordHeader header = RecordHeader.read(window, at);
            if (isWhole(header, offset)) {
                if (offset > end) {
                    damage.add(new Damage(name, end, offset - end, skipped));
                    skipped = NO_RECORD;
                }
                visitor.record(header, offset);
                records++;
                end = offset + header.recordBytes();
            } else if (skipped.equals(NO_RECORD)) {
                skipped = "payload of item " + header.sequence();
            }
            offset += header.recordBytes();
        }
    }

    private boolean isWhole(RecordHeader header, long offset) throws IOException {
        if (offset + header.recordBytes() > size) {
            return false;
        }
        if (!verifyPayloads || header.stored() == 0) {
            return true;
        }
        int at = load(offset + RecordHeader.BYTES, (int) header.recordBytes() - RecordHeader.BYTES);
        return header.hasPayload(window, at);
    }

    /** Loads bytes that are in the file into the window, and returns where they are in it. */
    private int load(long offset, int length) throws IOException {
        if (offset < windowAt || offset + length > windowAt + window.length) {
            int loaded = (int) Math.min(Math.max(length, WINDOW), size - offset);
            if (window.length != loaded) {
                window = new byte[loaded];
            }
            windowAt = offset;
            int read = file.read(window, 0, loaded, offset);
            Arrays.fill(window, read, loaded, (byte) 0);
        }
        return (int) (offset - windowAt);
    }
}
