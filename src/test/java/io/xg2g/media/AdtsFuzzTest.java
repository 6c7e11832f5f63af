package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that any bytes are split into ADTS frames. */
class AdtsFuzzTest {

    static Stream<byte[]> seeds() {
        return Stream.of(TsBuilder.join(TsBuilder.adts(100), TsBuilder.adts(371), new byte[50], TsBuilder.adts(8)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void noByteIsReturnedTwice(byte @NotNull [] stream) {
        List<AudioFrame> frames = new ArrayList<>();
        AudioSplitter splitter = new AudioSplitter(AudioCodec.AAC, frames::add);
        for (int from = 0; from < stream.length; from += 184) {
            splitter.time(from);
            splitter.add(stream, from, Math.min(stream.length, from + 184));
        }
        splitter.finish();

        assertThat(frames.stream().mapToInt(frame -> frame.data().length).sum()).isLessThanOrEqualTo(stream.length);
    }
}
