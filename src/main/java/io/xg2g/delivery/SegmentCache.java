package io.xg2g.delivery;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.xg2g.channel.LiveSettings;
import io.xg2g.packaging.SegmentFiles;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * LRU cache of segments in direct memory, bounded in bytes. Evicted segments that are still being sent may take as much
 * again. Buffers are reference-counted: callers must {@link #release} each one that they get.
 *
 * <p>Thread-safe. {@link #load} blocks on the disk, without the lock; the other methods may be called on an event loop.
 */
@ApplicationScoped
class SegmentCache {
    /**
     * Divisor of the cache size for the maximum size of one segment, so that a large one does not evict many others.
     */
    private static final int MAX_FRACTION = 8;

    private final long maxBytes;
    private final Map<Path, ByteBuf> cached = new LinkedHashMap<>(16, 0.75f, true);
    /** Size of the cached buffers. */
    private long bytes;
    /** Size of all buffers that are cached or being sent. */
    private long held;

    @Inject
    SegmentCache(LiveSettings settings) {
        this(settings.memory());
    }

    SegmentCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Returns whether a segment is small enough to be cached. */
    boolean accepts(SegmentFiles.Stored segment) {
        return segment.length() <= maxBytes / MAX_FRACTION;
    }

    /** Returns a segment if it is cached. */
    synchronized @Nullable ByteBuf find(SegmentFiles.Stored segment) {
        ByteBuf content = cached.get(segment.file());
        return content == null ? null : content.retain();
    }

    /**
     * Returns a segment, read from its file if it is not cached.
     *
     * @return empty if it is too large, buffers in use exceed the bound, or its file cannot be read
     */
    Optional<ByteBuf> load(SegmentFiles.Stored segment) {
        ByteBuf content = find(segment);
        if (content != null) {
            return Optional.of(content);
        }
        return accepts(segment)
                ? read(segment).flatMap(read -> Optional.ofNullable(put(segment.file(), read)))
                : Optional.empty();
    }

    synchronized void release(ByteBuf content) {
        int size = content.capacity();
        if (content.release()) {
            held -= size;
        }
    }

    /** Caches a buffer unless another thread has cached the file; evicts the least recently used ones. */
    private synchronized @Nullable ByteBuf put(Path file, ByteBuf read) {
        ByteBuf other = cached.get(file);
        if (other != null || held + read.capacity() > 2 * maxBytes) {
            read.release();
            return other == null ? null : other.retain();
        }
        cached.put(file, read);
        bytes += read.capacity();
        held += read.capacity();
        for (Iterator<ByteBuf> eldest = cached.values().iterator(); bytes > maxBytes; ) {
            ByteBuf evicted = eldest.next();
            eldest.remove();
            bytes -= evicted.capacity();
            release(evicted);
        }
        return read.retain();
    }

    private static Optional<ByteBuf> read(SegmentFiles.Stored segment) {
        ByteBuf content = Unpooled.directBuffer(segment.length(), segment.length());
        try (FileChannel file = FileChannel.open(segment.file())) {
            while (content.isWritable()) {
                if (content.writeBytes(file, content.writerIndex(), content.writableBytes()) < 0) {
                    throw new IOException("the file is shorter than the segment");
                }
            }
            return Optional.of(content);
        } catch (IOException gone) {
            content.release();
            return Optional.empty();
        }
    }
}
