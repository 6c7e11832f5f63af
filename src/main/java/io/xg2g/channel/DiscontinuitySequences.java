package io.xg2g.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.storage.AtomicFile;
import io.xg2g.storage.DataDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Generator of the discontinuity sequence numbers of all channels (RFC 8216bis, 4.4.3.3). The numbers of a channel
 * count from 0, across restarts. They are small, because hls.js 1.7 iterates over an array of that length for every
 * playlist, and unique, because players store timestamp offsets by number.
 *
 * <p>Numbers are reserved in blocks (hi/lo algorithm): {@value #FILE} in the data directory contains the end of each
 * channel's block and is written ahead of the block's use. A restart skips the rest of a block, and taking a number
 * never blocks on the disk. While the file cannot be written, numbers continue, and may repeat after a restart.
 *
 * <p>Thread-safe. Bounded by LRU eviction: beyond {@value #MAX_CHANNELS} channels, those that were started longest ago
 * restart from 0.
 */
@ApplicationScoped
class DiscontinuitySequences {
    private static final Logger LOG = Logger.getLogger(DiscontinuitySequences.class);

    static final String FILE = "discontinuity-sequences.json";

    /** Numbers per block. */
    static final int BLOCK = 16;

    /** The next block is reserved when fewer numbers are left; these can be used while the file is written. */
    static final int LOW_WATERMARK = BLOCK / 2;

    static final int MAX_CHANNELS = 20_000;

    private final AtomicFile file;
    private final ObjectMapper json;
    private final Executor writer;

    /** Held while the file is written. */
    private final Lock writing = new ReentrantLock();

    /** By channel, in order of their latest start. Guarded by this. */
    private final LinkedHashMap<String, Sequence> sequences = new LinkedHashMap<>(16, 0.75f, true);

    /** Whether a write is queued and has not begun. Guarded by this. */
    private boolean queued;

    /** Whether the last write failed. Guarded by {@link #writing}. */
    private boolean failing;

    @Inject
    DiscontinuitySequences(DataDirectory data, ObjectMapper json) {
        this(data.file(FILE), json, Thread::startVirtualThread);
    }

    /**
     * Reads the file.
     *
     * @param writer executor of writes, which block on the disk
     */
    DiscontinuitySequences(AtomicFile file, ObjectMapper json, Executor writer) {
        this.file = file;
        this.json = json;
        this.writer = writer;
        read().properties()
                .forEach(entry ->
                        add(entry.getKey(), Math.max(0, entry.getValue().asLong())));
    }

    /** Consecutive numbers of one channel. */
    final class Sequence implements LongSupplier {
        private long next;

        /** End of the block in the file. */
        private long reserved;

        /** End of the block to write to the file. */
        private long target;

        private Sequence(long next) {
            this.next = next;
            this.reserved = next;
            this.target = next;
        }

        /** Takes the next number; does not block. */
        @Override
        public long getAsLong() {
            synchronized (DiscontinuitySequences.this) {
                long number = next++;
                if (isLow() && !queued) {
                    queued = true;
                    writer.execute(DiscontinuitySequences.this::write);
                }
                return number;
            }
        }

        private boolean isLow() {
            if (reserved - next >= LOW_WATERMARK) {
                return false;
            }
            target = next + BLOCK;
            return true;
        }
    }

    /**
     * Returns the numbers of a channel that starts. Blocks until a block is reserved or writing the file has failed.
     */
    Sequence open(String channel) {
        Sequence sequence;
        boolean low;
        synchronized (this) {
            Sequence known = sequences.get(channel);
            sequence = known == null ? add(channel, 0) : known;
            low = sequence.isLow();
        }
        if (low) {
            write();
        }
        return sequence;
    }

    private synchronized Sequence add(String channel, long next) {
        Sequence sequence = new Sequence(next);
        sequences.put(channel, sequence);
        if (sequences.size() > MAX_CHANNELS) {
            sequences.pollFirstEntry();
        }
        return sequence;
    }

    private JsonNode read() {
        try {
            Optional<byte[]> content = file.read();
            return content.isEmpty() ? json.createObjectNode() : json.readTree(content.get());
        } catch (IOException damaged) {
            LOG.warnf(
                    "discontinuity sequence numbers lost, channels restart from 0: file=%s, error=%s",
                    file.path(), damaged.getMessage());
            return json.createObjectNode();
        }
    }

    /** Writes the ends of all blocks, unless the file is up to date. */
    private void write() {
        writing.lock();
        try {
            Map<String, Long> ends = target();
            if (ends.isEmpty()) {
                return;
            }
            file.write(json.writeValueAsBytes(ends));
            reserved(ends);
            failing = false;
        } catch (IOException unwritable) {
            if (!failing) {
                LOG.warnf(
                        "discontinuity sequence numbers not stored, playback may fail after the next restart:"
                                + " file=%s, error=%s",
                        file.path(), unwritable.getMessage());
            }
            failing = true;
        } finally {
            writing.unlock();
        }
    }

    /** Returns the content to write; empty if the file is up to date. */
    private synchronized Map<String, Long> target() {
        queued = false;
        if (sequences.values().stream().noneMatch(sequence -> sequence.target > sequence.reserved)) {
            return Map.of();
        }
        Map<String, Long> ends = new LinkedHashMap<>();
        sequences.forEach((channel, sequence) -> ends.put(channel, sequence.target));
        return ends;
    }

    private synchronized void reserved(Map<String, Long> ends) {
        sequences.forEach((channel, sequence) -> sequence.reserved = ends.getOrDefault(channel, sequence.reserved));
    }
}
