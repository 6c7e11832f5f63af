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
 * The segments that were fetched last, in memory: where one player fetches a segment others are about to, and to send
 * memory takes a few system calls where a file takes a dozen. Bounded in bytes, outside the heap; as much again may be
 * held by slow readers. Thread-safe.
 */
@ApplicationScoped
class SegmentCache {
    /** No segment takes more than this part of the memory: one big one would throw out what many players fetch. */
    private static final int PART = 8;

    private final long most;
    private final Map<Path, ByteBuf> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long held;

    @Inject
    SegmentCache(LiveSettings settings) {
        this(settings.memory());
    }

    SegmentCache(long most) {
        this.most = most;
    }

    /**
     * A segment's bytes, to be given back by {@link #release}.
     *
     * @return none where it is too big to be kept, slow readers hold too much, or its file cannot be read
     */
    Optional<ByteBuf> take(SegmentFiles.Stored segment) {
        if (segment.length() > most / PART) {
            return Optional.empty();
        }
        ByteBuf content = find(segment.file());
        return content != null
                ? Optional.of(content)
                : read(segment).flatMap(read -> Optional.ofNullable(keep(segment.file(), read)));
    }

    synchronized void release(ByteBuf content) {
        int size = content.capacity();
        if (content.release()) {
            held -= size;
        }
    }

    /** Bytes that are kept, and those that are not but are still being sent. */
    synchronized long held() {
        return held;
    }

    private synchronized @Nullable ByteBuf find(Path file) {
        ByteBuf content = kept.get(file);
        return content == null ? null : content.retain();
    }

    /** Keeps what was read, unless somebody else was faster; the eldest make room for it. */
    private synchronized @Nullable ByteBuf keep(Path file, ByteBuf read) {
        ByteBuf other = kept.get(file);
        if (other != null || held + read.capacity() > 2 * most) {
            read.release();
            return other == null ? null : other.retain();
        }
        kept.put(file, read);
        bytes += read.capacity();
        held += read.capacity();
        for (Iterator<ByteBuf> eldest = kept.values().iterator(); bytes > most; ) {
            ByteBuf gone = eldest.next();
            eldest.remove();
            bytes -= gone.capacity();
            release(gone);
        }
        return read.retain();
    }

    private static Optional<ByteBuf> read(SegmentFiles.Stored segment) {
        ByteBuf content = Unpooled.directBuffer(segment.length(), segment.length());
        try (FileChannel file = FileChannel.open(segment.file())) {
            while (content.isWritable()) {
                if (content.writeBytes(file, content.writerIndex(), content.writableBytes()) < 0) {
                    throw new IOException("shorter than it was");
                }
            }
            return Optional.of(content);
        } catch (IOException gone) {
            content.release();
            return Optional.empty();
        }
    }
}
