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
    void everyoneBeginsWithTheSameArrays() {
        // Given
        JoinPointBuffer entrance = running(new JoinPointBuffer());
        entrance.accept(KEYFRAME);

        // When
        List<byte[]> early = entrance.entrance();
        byte[] next = new TsBuilder()
                .video(10_800, 7_200, false, TsBuilder.h264(false, 200_000))
                .bytes();
        entrance.accept(next);
        List<byte[]> late = entrance.entrance();

        // Then
        assertThat(early).hasSizeGreaterThan(3);
        IntStream.range(0, early.size() - 1)
                .forEach(i -> assertThat(late.get(i)).isSameAs(early.get(i)));
        assertThat(entrance.entrance().getLast()).isSameAs(late.getLast());
        assertThat(late.getLast()).hasSizeLessThanOrEqualTo(64 * 1024);
        assertThat(body(early)).isEqualTo(KEYFRAME);
        assertThat(body(late)).isEqualTo(TsBuilder.join(KEYFRAME, next));
    }

    @Test
    void moreThanTheBoundIsForgotten() {
        JoinPointBuffer entrance = running(new JoinPointBuffer(400_000));
        entrance.accept(KEYFRAME);
        assertThat(entrance.entrance()).isNotEmpty();

        entrance.accept(new TsBuilder()
                .video(10_800, 7_200, false, TsBuilder.h264(false, 200_000))
                .bytes());

        assertThat(entrance.entrance()).isEmpty();
    }

    /** Knows the program. */
    private static JoinPointBuffer running(JoinPointBuffer entrance) {
        entrance.accept(new TsBuilder().tables(TsProgram.H264).bytes());
        return entrance;
    }

    /** What follows the tables. */
    private static byte[] body(List<byte[]> entrance) {
        return TsBuilder.join(entrance.subList(1, entrance.size()).toArray(byte[][]::new));
    }
}
