package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SourceMonitorTest {
    private final SourceMonitor monitor = new SourceMonitor(new ByteArrayOutputStream());

    @Test
    void theLatestAudioIsKnown() {
        assertThat(monitor.audioAfter(0, 0)).isZero();

        feed(TsBuilder.stream(90_000));

        assertThat(monitor.audioAfter(0, 90_000)).isEqualTo(19 * 3_600);
        assertThat(monitor.audioAfter(0, 180_000)).isEqualTo(19 * 3_600 - 90_000);
    }

    @Test
    void theLatestAudioIsKnownAcrossTheStartOfTheClock() {
        feed(TsBuilder.stream((1L << 33) - 7_200));

        assertThat(monitor.audioAfter(0, (1L << 33) - 7_200)).isEqualTo(19 * 3_600);
        assertThat(monitor.audioAfter(0, 5 * (1L << 33) - 7_200)).isEqualTo(19 * 3_600);
    }

    @Test
    void audioWithAWrongTimeDoesNotCount() {
        feed(TsBuilder.stream(90_000));
        TsBuilder wrong = new TsBuilder().tables(TsProgram.H264);
        feed(wrong.audio(7_200_000, TsBuilder.adts(100)).bytes());

        assertThat(monitor.audioAfter(0, 90_000)).isEqualTo(19 * 3_600);
    }

    /** A source may begin within a frame, and before its tables. */
    @Test
    void framesAreAcceptedWholeWhereverTheSourceBegins() {
        byte[] stream = TsBuilder.join(TsBuilder.stream(90_000), TsBuilder.stream(90_000 + 20 * 3_600));
        Map<Long, Integer> whole = sizes(stream);

        for (int from = 0; from < stream.length / 2; from += TsPacket.SIZE) {
            ByteArrayOutputStream accepted = new ByteArrayOutputStream();
            accepted.writeBytes(new TsBuilder().tables(TsProgram.H264).bytes());
            new SourceMonitor(accepted).accept(stream, from, stream.length - from);
            assertThat(whole)
                    .as("from packet %d", from / TsPacket.SIZE)
                    .containsAllEntriesOf(sizes(accepted.toByteArray()));
        }
    }

    /** Returns the sizes of the video frames by their decoding times. */
    private static Map<Long, Integer> sizes(byte[] stream) {
        return DemuxedStream.of(stream, stream.length).videoFrames.stream()
                .collect(Collectors.toMap(VideoFrame::dts, frame -> frame.packets().length));
    }

    private void feed(byte[] stream) {
        monitor.accept(stream, 0, stream.length);
    }
}
