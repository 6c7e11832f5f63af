package io.xg2g.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Reads a directory when a queue is opened: finds the items that were not acknowledged, and reports what is damaged.
 *
 * <p>Only the end of the latest file may be incomplete. It is cut off and the file sealed, and both synced with the directory
 * before anything is appended; the log continues in a new file.
 */
final class LogRecovery {
    /** An item that was not acknowledged. */
    record Found(Segment segment, long offset, RecordHeader header, int deliveries) {
        /** Returns its entry, at this time of the wall clock and of the monotonic clock. */
        Entry entry(int levels, long millis, long nanos) {
            long left = header.expiry() == 0
                    ? 0
                    : Math.max(0, Math.min(header.expiry() - header.time(), header.expiry() - millis));
            Entry entry = new Entry(
                    header.sequence(),
                    Math.min(header.level(), levels - 1),
                    header.length(),
                    header.time(),
                    header.expiry(),
                    nanos + TimeUnit.MILLISECONDS.toNanos(left));
            entry.segment = segment;
            entry.offset = offset;
            entry.stored = header.stored();
            entry.deliveries = deliveries;
            return entry;
        }

        Found delivered() {
            return new Found(segment, offset, header, deliveries + 1);
        }
    }

    /** A file and its header. */
    private record Candidate(String name, DiskFile file, long id, Optional<SegmentHeader> header) {}

    private final Disk disk;
    private final List<Damage> damage = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private final Map<Long, Found> items = new HashMap<>();
    private long logId;
    private long nextSegment = 1;
    private long nextSequence = 1;

    /** First segment that is needed. */
    private long first;

    private long bytesCut;

    private LogRecovery(Disk disk) {
        this.disk = disk;
    }

    /**
     * Reads a directory.
     *
     * @throws IOException if a file cannot be read, or the end of the latest not be cut off; nothing is dropped then
     * @throws QueueException.Failed if a file has another version of the format
     */
    static LogRecovery run(Disk disk) throws IOException {
        LogRecovery recovery = new LogRecovery(disk);
        List<Candidate> candidates = new ArrayList<>();
        try {
            for (String name : disk.list()) {
                if (Segment.isName(name)) {
                    candidates.add(candidate(name, disk.edit(name)));
                }
            }
            recovery.read(candidates);
        } finally {
            for (Candidate candidate : candidates) {
                candidate.file().close();
            }
        }
        return recovery;
    }

    private static Candidate candidate(String name, DiskFile file) throws IOException {
        try {
            Optional<SegmentHeader> header = SegmentScan.header(file, name);
            return new Candidate(name, file, header.map(SegmentHeader::segment).orElse(Segment.id(name)), header);
        } catch (IOException | RuntimeException unreadable) {
            file.close();
            throw unreadable;
        }
    }

    private void read(List<Candidate> candidates) throws IOException {
        candidates.sort(Comparator.comparingLong(Candidate::id));
        logId = mostFrequentLog(candidates);
        List<Candidate> own = new ArrayList<>();
        for (Candidate candidate : candidates) {
            nextSegment = Math.max(nextSegment, Segment.id(candidate.name()) + 1);
            if (candidate.header().filter(header -> header.log() != logId).isPresent()) {
                damage.add(new Damage(candidate.name(), 0, candidate.file().size(), "a file of another log"));
            } else {
                own.add(candidate);
            }
        }
        for (int i = 0; i < own.size(); i++) {
            noteHeader(own.get(i));
            read(own.get(i), i == own.size() - 1);
        }
        dropUnneeded();
        if (!own.isEmpty()) {
            disk.syncDirectory();
        }
        reportMissing();
        items.values().forEach(found -> found.segment().live.incrementAndGet());
    }

    /** Returns the log that most files are of: one that was put beside them does not count. */
    private static long mostFrequentLog(List<Candidate> candidates) {
        return candidates.stream()
                .flatMap(candidate -> candidate.header().stream())
                .collect(Collectors.groupingBy(SegmentHeader::log, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseGet(() -> ThreadLocalRandom.current().nextLong());
    }

    private void noteHeader(Candidate candidate) {
        long id = candidate.id();
        if (id != Segment.id(candidate.name())) {
            damage.add(new Damage(candidate.name(), 0, 0, "a file whose header names segment " + id));
        }
        nextSegment = Math.max(nextSegment, id + 1);
        candidate.header().ifPresent(header -> {
            noteFirst(header.first(), id);
            nextSequence = Math.max(nextSequence, header.nextSequence());
        });
    }

    /** Notes the first segment that is needed, as a segment says, which itself is needed then. */
    private void noteFirst(long id, long saidBy) {
        first = Math.max(first, Math.min(id, saidBy));
    }

    private void read(Candidate candidate, boolean isLast) throws IOException {
        DiskFile file = candidate.file();
        boolean sealed = SegmentScan.isSealed(file, candidate.id());
        Segment segment = new Segment(candidate.id(), candidate.name(), file.size());
        SegmentScan scan = SegmentScan.run(
                file,
                candidate.name(),
                candidate.id(),
                isLast || !sealed,
                (header, offset) -> visit(segment, header, offset));
        damage.addAll(scan.damage());
        segment.records = scan.records();
        if (candidate.header().isEmpty() && scan.records() > 0) {
            damage.add(new Damage(candidate.name(), 0, SegmentHeader.BYTES, "header of a file"));
        }
        if (isLast && candidate.header().isEmpty() && scan.records() == 0) {
            bytesCut = scan.size();
            nextSegment = candidate.id();
            disk.delete(candidate.name());
            return;
        }
        if (isLast && !sealed) {
            cut(segment, file, scan);
        } else if (isLast) {
            file.sync();
        } else if (!sealed) {
            damage.add(new Damage(
                    candidate.name(), scan.end(), scan.size() - scan.end(), "end of a file that was complete"));
        }
        segments.add(segment);
    }

    /** Cuts off what is incomplete at the end of the latest file, and seals it. */
    private void cut(Segment segment, DiskFile file, SegmentScan scan) throws IOException {
        long end = scan.end();
        bytesCut = scan.size() - end;
        file.truncate(end);
        byte[] seal = new byte[RecordHeader.BYTES];
        RecordHeader.of(RecordHeader.SEAL, segment.records).write(seal, 0, segment.id, end);
        file.write(seal, 0, seal.length, end);
        file.sync();
        segment.bytes = end + seal.length;
        segment.written = segment.bytes;
    }

    private void visit(Segment segment, RecordHeader header, long offset) {
        long sequence = header.sequence();
        switch (header.type()) {
            case RecordHeader.ITEM -> {
                items.put(sequence, new Found(segment, offset, header, header.deliveries()));
                nextSequence = Math.max(nextSequence, sequence + 1);
            }
            case RecordHeader.DELIVERED -> items.computeIfPresent(sequence, (_, found) -> found.delivered());
            case RecordHeader.ACKNOWLEDGED -> {
                items.remove(sequence);
                nextSequence = Math.max(nextSequence, sequence + 1);
            }
            case RecordHeader.TRIM -> noteFirst(sequence, segment.id);
            default -> {}
        }
    }

    /** Deletes segments that a TRIM record has declared unneeded. */
    private void dropUnneeded() throws IOException {
        items.values().removeIf(found -> found.segment().id < first);
        for (Segment segment : segments) {
            if (segment.id < first) {
                disk.delete(segment.name);
            }
        }
        segments.removeIf(segment -> segment.id < first);
        damage.removeIf(found -> Segment.isName(found.file()) && Segment.id(found.file()) < first);
    }

    private void reportMissing() {
        long expected = first;
        for (Segment segment : segments) {
            for (long id = expected; id < segment.id && expected != 0; id++) {
                damage.add(new Damage(Segment.name(id), 0, 0, "a file that is missing"));
            }
            expected = segment.id + 1;
        }
    }

    long logId() {
        return logId;
    }

    long nextSegment() {
        return nextSegment;
    }

    long nextSequence() {
        return nextSequence;
    }

    /** Returns the segments that are needed, oldest first. */
    List<Segment> segments() {
        return segments;
    }

    /** Returns the items that were not acknowledged, in their order. */
    List<Found> items() {
        return items.values().stream()
                .sorted(Comparator.comparingLong(found -> found.header().sequence()))
                .toList();
    }

    Recovery report() {
        return new Recovery(items.size(), segments.size(), bytesCut, List.copyOf(damage));
    }
}
