package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JoinPointBufferTest {
    private static final byte[] KEYFRAME = new TsBuilder()
            .video(7_200, 3_600, true, TsBuilder.h264(true, 300_000))
            .bytes();

    @Test
    void allJoinersShareTheSameArrays() {
        // Given
        JoinPointBuffer buffer = running(new JoinPointBuffer(16 << 20));
        buffer.accept(KEYFRAME);

        // When
        List<byte[]> early = buffer.packets();
        byte[] next = new TsBuilder()
                .video(10_800, 7_200, false, TsBuilder.h264(false, 200_000))
                .bytes();
        buffer.accept(next);
        List<byte[]> late = buffer.packets();

        // Then
        assertThat(early).hasSizeGreaterThan(3);
        IntStream.range(0, early.size() - 1)
                .forEach(i -> assertThat(late.get(i)).isSameAs(early.get(i)));
        assertThat(buffer.packets().getLast()).isSameAs(late.getLast());
        assertThat(late.getLast()).hasSizeLessThanOrEqualTo(64 * 1024);
        assertThat(body(early)).isEqualTo(KEYFRAME);
        assertThat(body(late)).isEqualTo(TsBuilder.join(KEYFRAME, next));
    }

    @Test
    void chunksOverTheBoundAreDropped() {
        JoinPointBuffer buffer = running(new JoinPointBuffer(400_000));
        buffer.accept(KEYFRAME);
        assertThat(buffer.packets()).isNotEmpty();

        buffer.accept(new TsBuilder()
                .video(10_800, 7_200, false, TsBuilder.h264(false, 200_000))
                .bytes());

        assertThat(buffer.packets()).isEmpty();
    }

    /** Buffer with the tables of a program. */
    private static JoinPointBuffer running(JoinPointBuffer buffer) {
        buffer.accept(new TsBuilder().tables(TsProgram.H264).bytes());
        return buffer;
    }

    /** Bytes after the tables. */
    private static byte[] body(List<byte[]> buffer) {
        return TsBuilder.join(buffer.subList(1, buffer.size()).toArray(byte[][]::new));
    }
}
