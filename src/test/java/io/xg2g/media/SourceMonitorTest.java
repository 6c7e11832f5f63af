package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
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

    private void feed(byte[] stream) {
        monitor.accept(stream, 0, stream.length);
    }
}
