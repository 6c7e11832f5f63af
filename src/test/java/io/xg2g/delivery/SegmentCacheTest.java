package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.xg2g.packaging.SegmentFiles.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentCacheTest {
    private static final int SIZE = 100;

    private final SegmentCache cache = new SegmentCache(8 * SIZE);

    @TempDir
    Path files;

    @Test
    void aCachedSegmentOutlivesItsFile() throws IOException {
        Stored segment = segment(1);
        cache.release(cache.load(segment).orElseThrow());
        Files.delete(segment.file());

        ByteBuf content = cache.find(segment);

        assertThat(content).isNotNull();
        assertThat(content.readableBytes()).isEqualTo(SIZE);
        assertThat(content.getByte(SIZE - 1)).isEqualTo((byte) 1);
    }

    @Test
    void theLeastRecentlyUsedSegmentIsEvicted() throws IOException {
        List<Stored> segments = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            segments.add(segment(i));
            cache.release(cache.load(segments.get(i)).orElseThrow());
            cache.release(cache.load(segments.getFirst()).orElseThrow());
        }
        for (Stored segment : segments) {
            Files.delete(segment.file());
        }

        assertThat(segments.stream()
                        .filter(segment -> cache.load(segment).isPresent())
                        .toList())
                .hasSize(8)
                .contains(segments.getFirst())
                .doesNotContain(segments.get(1));
    }

    @Test
    void buffersInUseAreBoundedAndReleased() throws IOException {
        List<ByteBuf> reading = load(0, 30);

        assertThat(reading).hasSize(16);
        reading.forEach(cache::release);
        assertThat(reading).filteredOn(content -> content.refCnt() > 0).hasSize(8);
        assertThat(load(30, 60)).hasSize(16);
    }

    @Test
    void tooLargeOrDeletedSegmentsAreNotCached() throws IOException {
        Stored gone = segment(1);
        Files.delete(gone.file());

        assertThat(cache.load(gone)).isEmpty();
        Stored large = new Stored(segment(2).file(), SIZE + 1);
        assertThat(cache.accepts(large)).isFalse();
        assertThat(cache.load(large)).isEmpty();
        assertThat(new SegmentCache(0).load(segment(3))).isEmpty();
    }

    private List<ByteBuf> load(int from, int to) throws IOException {
        List<ByteBuf> loaded = new ArrayList<>();
        for (int i = from; i < to; i++) {
            cache.load(segment(i)).ifPresent(loaded::add);
        }
        return loaded;
    }

    private Stored segment(int number) throws IOException {
        byte[] content = new byte[SIZE];
        content[SIZE - 1] = (byte) number;
        return new Stored(Files.write(files.resolve(number + ".m4s"), content), SIZE);
    }
}
