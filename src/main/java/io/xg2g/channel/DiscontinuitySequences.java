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
 * The discontinuity sequence numbers of all channels (RFC 8216bis, 4.4.3.3): for each channel they count from 0, also over
 * restarts. They are small since hls.js 1.7 walks over an array of that length with every playlist, and no number is used
 * again since players keep the offset of time stamps by it.
 *
 * <p>Numbers are reserved in blocks (the hi/lo algorithm): {@value #FILE} in the data directory holds the end of each channel's
 * block, and is written before the block is used. So a restart skips the rest of a block, and taking a number never waits
 * for the disk. While the file cannot be written, numbers go on, and may be used again after a restart.
 *
 * <p>Thread-safe. Bounded: of more than {@value #MAX_CHANNELS} channels those that were started longest ago are forgotten,
 * and count from 0 again.
 */
@ApplicationScoped
class DiscontinuitySequences {
    private static final Logger LOG = Logger.getLogger(DiscontinuitySequences.class);

    static final String FILE = "discontinuity-sequences.json";

    /** How many numbers are reserved at once. */
    static final int BLOCK = 16;

    /** With fewer than these left the next block is reserved: what can be used while the file is written. */
    static final int LOW = BLOCK / 2;

    static final int MAX_CHANNELS = 20_000;

    private final AtomicFile file;
    private final ObjectMapper json;
    private final Executor writer;

    /** Held while the file is written. */
    private final Lock writing = new ReentrantLock();

    /** By channel, the one that was opened last at the end. Guarded by this. */
    private final LinkedHashMap<String, Sequence> sequences = new LinkedHashMap<>(16, 0.75f, true);

    /** Whether a write is queued that has not begun. Guarded by this. */
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
     * @param writer runs what blocks on the disk
     */
    DiscontinuitySequences(AtomicFile file, ObjectMapper json, Executor writer) {
        this.file = file;
        this.json = json;
        this.writer = writer;
        read().properties()
                .forEach(entry ->
                        add(entry.getKey(), Math.max(0, entry.getValue().asLong())));
    }

    /** One channel's numbers: each is one more than the one before. */
    final class Sequence implements LongSupplier {
        private long next;

        /** The end of the block that the file holds. */
        private long reserved;

        /** The end of the block that the file is to hold. */
        private long wanted;

        private Sequence(long next) {
            this.next = next;
            this.reserved = next;
            this.wanted = next;
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
            if (reserved - next >= LOW) {
                return false;
            }
            wanted = next + BLOCK;
            return true;
        }
    }

    /** The numbers of a channel that starts. Blocks until some are reserved, or the file could not be written. */
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
                    "discontinuity sequence numbers lost, channels count from 0: file=%s, error=%s",
                    file.path(), damaged.getMessage());
            return json.createObjectNode();
        }
    }

    /** Writes the ends of all blocks that are wanted, unless another thread just did. */
    private void write() {
        writing.lock();
        try {
            Map<String, Long> ends = wanted();
            if (ends.isEmpty()) {
                return;
            }
            file.write(json.writeValueAsBytes(ends));
            reserved(ends);
            failing = false;
        } catch (IOException unwritable) {
            if (!failing) {
                LOG.warnf(
                        "discontinuity sequence numbers not kept, players may stop at the next restart:"
                                + " file=%s, error=%s",
                        file.path(), unwritable.getMessage());
            }
            failing = true;
        } finally {
            writing.unlock();
        }
    }

    /** What the file is to hold; empty where it holds that already. */
    private synchronized Map<String, Long> wanted() {
        queued = false;
        if (sequences.values().stream().noneMatch(sequence -> sequence.wanted > sequence.reserved)) {
            return Map.of();
        }
        Map<String, Long> ends = new LinkedHashMap<>();
        sequences.forEach((channel, sequence) -> ends.put(channel, sequence.wanted));
        return ends;
    }

    private synchronized void reserved(Map<String, Long> ends) {
        sequences.forEach((channel, sequence) -> sequence.reserved = ends.getOrDefault(channel, sequence.reserved));
    }
}
