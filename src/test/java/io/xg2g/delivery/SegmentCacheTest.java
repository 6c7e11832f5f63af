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

    private final SegmentCache hot = new SegmentCache(8 * SIZE);

    @TempDir
    Path files;

    @Test
    void whatWasFetchedIsKeptWhenItsFileIsGone() throws IOException {
        Stored segment = segment(1);
        hot.release(hot.take(segment).orElseThrow());
        Files.delete(segment.file());

        ByteBuf content = hot.take(segment).orElseThrow();

        assertThat(content.readableBytes()).isEqualTo(SIZE);
        assertThat(content.getByte(SIZE - 1)).isEqualTo((byte) 1);
    }

    @Test
    void whatWasNotFetchedLongestMakesRoom() throws IOException {
        List<Stored> segments = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            segments.add(segment(i));
            hot.release(hot.take(segments.get(i)).orElseThrow());
            hot.release(hot.take(segments.getFirst()).orElseThrow());
        }
        for (Stored segment : segments) {
            Files.delete(segment.file());
        }

        assertThat(segments.stream()
                        .filter(segment -> hot.take(segment).isPresent())
                        .toList())
                .hasSize(8)
                .contains(segments.getFirst())
                .doesNotContain(segments.get(1));
    }

    @Test
    void slowReadersHoldTwiceTheBoundAtMostAndGiveAllBack() throws IOException {
        List<ByteBuf> reading = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            hot.take(segment(i)).ifPresent(reading::add);
        }

        assertThat(reading).hasSize(16);
        assertThat(hot.held()).isEqualTo(16 * SIZE);
        reading.forEach(hot::release);
        assertThat(hot.held()).isEqualTo(8 * SIZE);
        assertThat(reading).filteredOn(content -> content.refCnt() > 0).hasSize(8);
    }

    @Test
    void whatIsTooBigOrGoneIsLeftToTheKernel() throws IOException {
        Stored gone = segment(1);
        Files.delete(gone.file());

        assertThat(hot.take(gone)).isEmpty();
        assertThat(hot.take(new Stored(segment(2).file(), SIZE + 1))).isEmpty();
        assertThat(new SegmentCache(0).take(segment(3))).isEmpty();
        assertThat(hot.held()).isZero();
    }

    private Stored segment(int number) throws IOException {
        byte[] content = new byte[SIZE];
        content[SIZE - 1] = (byte) number;
        return new Stored(Files.write(files.resolve(number + ".m4s"), content), SIZE);
    }
}
