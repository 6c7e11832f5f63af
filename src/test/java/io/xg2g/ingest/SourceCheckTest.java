package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xg2g.media.SourceMonitor;
import io.xg2g.media.TsBuilder;
import io.xg2g.media.TsProgram;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class SourceCheckTest {
    private static final int MEGABYTE = 1 << 20;

    private final SourceMonitor monitor = new SourceMonitor(new ByteArrayOutputStream());
    private final SourceCheck check = new SourceCheck(monitor);

    @Test
    void aSourceWithoutAProgramIsRefusedAfterEightMegabytes() throws SourceException {
        check.check(8 * MEGABYTE, false);

        assertRefused("no MPEG-TS program");
    }

    @Test
    void aSourceWithoutDataOfItsStreamsIsRefusedAfterEightMegabytes() throws SourceException {
        byte[] tables = new TsBuilder().tables(TsProgram.H264).bytes();
        feed(TsBuilder.join(tables, tables));
        check.check(8 * MEGABYTE, false);

        assertRefused("no supported video or audio; stream types of its program in MPEG-TS: 0x1b, 0x0f");
    }

    /** Between new tables and the first data of their streams nothing can be used. */
    @Test
    void whatIsMissingForAMomentIsNoFailure() throws SourceException {
        feed(TsBuilder.stream(90_000));
        check.check(20 * MEGABYTE, true);
        monitor.select(monitor.best().orElseThrow());
        feed(new TsBuilder().tables(TsProgram.HEVC).bytes());
        assertThat(monitor.best()).isEmpty();

        check.check(5 * MEGABYTE, false);
        check.check(MEGABYTE, true);
        check.check(5 * MEGABYTE, false);
        check.check(3 * MEGABYTE, false);

        assertRefused("no supported video or audio");
    }

    private void feed(byte[] stream) {
        monitor.accept(stream, 0, stream.length);
    }

    private void assertRefused(String detail) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> check.check(1, false))
                .satisfies(refused -> assertThat(refused.kind()).isEqualTo(SourceException.Kind.NOT_MEDIA))
                .satisfies(refused -> assertThat(refused.detail()).contains(detail));
    }
}
