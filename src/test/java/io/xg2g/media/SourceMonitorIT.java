package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.media.SourceMonitor.Change;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Changes and faults of sources, in real streams. */
class SourceMonitorIT {
    private final ByteArrayOutputStream accepted = new ByteArrayOutputStream();
    private final SourceMonitor monitor = new SourceMonitor(accepted);

    @Test
    void aHealthySourceIsRecognizedAndDoesNotChange() {
        for (Path file : TsDemuxerIT.streams()) {
            SourceMonitor each = new SourceMonitor(new ByteArrayOutputStream());
            byte[] stream = FfmpegTool.read(file);

            each.accept(stream, 0, stream.length);

            assertThat(each.programKnown()).isTrue();
            assertThat(each.best())
                    .hasValueSatisfying(best -> assertThat(best.hasVideo()).isTrue());
            assertThat(each.scrambled()).isFalse();
            assertThat(each.change()).as("%s", file).isEqualTo(Change.NONE);
        }
    }

    @Test
    void anotherFormatIsAChangeOfTables() {
        feed(FfmpegTool.read(SampleStreams.h264()));
        monitor.select(monitor.best().orElseThrow());
        feed(FfmpegTool.read(SampleStreams.mpeg2()));

        assertThat(monitor.change()).isEqualTo(Change.TABLES);
        assertThat(monitor.change()).isEqualTo(Change.NONE);
    }

    @Test
    void aJumpOfTheClockIsDetected() {
        byte[] stream = FfmpegTool.read(SampleStreams.h264());
        feed(stream);
        TsTimes.shift(stream, 60 * 90_000);
        feed(stream);

        assertThat(monitor.change()).isEqualTo(Change.JUMP);
        assertThat(monitor.change()).isEqualTo(Change.NONE);

        TsTimes.shift(stream, -30 * 90_000);
        feed(stream);

        assertThat(monitor.change()).isEqualTo(Change.JUMP);
    }

    @Test
    void audioOnlyHasAClockAndNoVideo() {
        byte[] stream = FfmpegTool.read(TestMedia.audioOnly());
        feed(stream);

        assertThat(monitor.programKnown()).isTrue();
        assertThat(monitor.best())
                .hasValueSatisfying(best -> assertThat(best.hasVideo()).isFalse());

        TsTimes.shift(stream, 60 * 90_000);
        feed(stream);

        assertThat(monitor.change()).isEqualTo(Change.JUMP);
    }

    @Test
    void theStartAndEndOfScramblingAreDetected() {
        byte[] stream = FfmpegTool.read(SampleStreams.h264());
        feed(stream);
        byte[] scrambled = stream.clone();
        for (int packet = 0; packet < scrambled.length; packet += 188) {
            if (TsPacket.pid(scrambled, packet) >= 0x100) {
                scrambled[packet + 3] |= (byte) 0x80;
            }
        }
        feed(scrambled);

        assertThat(monitor.scrambled()).isTrue();

        feed(stream);

        assertThat(monitor.scrambled()).isFalse();
    }

    @Test
    void aWebPageIsNoTransportStream() {
        feed(FfmpegTool.read(TestMedia.text()));

        assertThat(monitor.programKnown()).isFalse();
        assertThat(accepted.size()).isZero();
    }

    @Test
    void aHealthyStreamIsForwardedAndAUnitWithAWrongTimeIsNot() {
        byte[] stream = FfmpegTool.read(SampleStreams.h264());
        ByteArrayOutputStream usable = new ByteArrayOutputStream();
        SourceMonitor filter = new SourceMonitor(usable);
        filter.accept(stream, 0, stream.length);
        assertThat(usable.toByteArray()).isEqualTo(withoutTables(stream));
        usable.reset();

        byte[] wrong = stream.clone();
        int unit = secondUnit(wrong);
        byte[] only = Arrays.copyOfRange(wrong, unit, unit + 188);
        TsTimes.shift(only, 3600 * 90_000);
        filter.accept(only, 0, only.length);

        assertThat(usable.size()).isZero();
        assertThat(filter.change()).isEqualTo(Change.NONE);
    }

    private static byte[] withoutTables(byte[] stream) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        for (int packet = 0; packet < stream.length; packet += 188) {
            if (TsPacket.pid(stream, packet) == 0x100 || TsPacket.pid(stream, packet) == 0x101) {
                rest.write(stream, packet, 188);
            }
        }
        return rest.toByteArray();
    }

    /** Offset of the second unit of any elementary stream. */
    private static int secondUnit(byte[] stream) {
        int units = 0;
        for (int packet = 0; packet < stream.length; packet += 188) {
            if (TsPacket.pid(stream, packet) >= 0x100 && Pes.starts(stream, packet) && ++units == 2) {
                return packet;
            }
        }
        throw new AssertionError("there is none");
    }

    private void feed(byte[] stream) {
        monitor.accept(stream, 0, stream.length);
    }
}
