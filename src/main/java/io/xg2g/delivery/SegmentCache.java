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
 * LRU cache of segments, bounded in bytes, outside the heap: what one player fetches, others are about to fetch. Slow readers may
 * hold as much again. Buffers are reference-counted: who gets one gives it back by {@link #release}.
 *
 * <p>Thread-safe. {@link #load} blocks on the disk, without the lock; the rest may be called on an event loop.
 */
@ApplicationScoped
class SegmentCache {
    /** A segment takes at most this fraction of the cache, so that one large one does not evict what many players fetch. */
    private static final int MAX_FRACTION = 8;

    private final long maxBytes;
    private final Map<Path, ByteBuf> cached = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long held;

    @Inject
    SegmentCache(LiveSettings settings) {
        this(settings.memory());
    }

    SegmentCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Returns whether a segment is small enough to be cached. */
    boolean takes(SegmentFiles.Stored segment) {
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
     * @return empty where it is too large, slow readers hold too much, or its file cannot be read
     */
    Optional<ByteBuf> load(SegmentFiles.Stored segment) {
        ByteBuf content = find(segment);
        if (content != null) {
            return Optional.of(content);
        }
        return takes(segment)
                ? read(segment).flatMap(read -> Optional.ofNullable(put(segment.file(), read)))
                : Optional.empty();
    }

    synchronized void release(ByteBuf content) {
        int size = content.capacity();
        if (content.release()) {
            held -= size;
        }
    }

    /** Returns the bytes that are cached or still being sent. */
    synchronized long held() {
        return held;
    }

    /** Caches what was read, unless another thread was faster; evicts the least recently used. */
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
