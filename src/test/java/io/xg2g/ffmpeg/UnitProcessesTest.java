package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnitProcessesTest {
    private final UnitProcesses processes = new UnitProcesses();

    @Test
    void aProcessIsListedWhileItRuns() {
        TranscodeUnit unit = unit();
        TranscodeUnit equal = unit();
        processes.started(11, unit);
        processes.started(12, equal);
        assertThat(processes.unit(11)).containsSame(unit);
        assertThat(processes.unit(13)).isEmpty();

        processes.ended(11);

        assertThat(processes.unit(11)).isEmpty();
        assertThat(processes.unit(12)).containsSame(equal);
    }

    private static TranscodeUnit unit() {
        MediaInfo source = new MediaInfo(
                "mpegts",
                Duration.ofSeconds(2),
                new MediaInfo.Video("h264", 1920, 1080, "yuv420p", false, 25, 1),
                null);
        return new TranscodeUnit(
                Path.of("in"), source, new Profile.Preview("preview", 320), Container.MPEG_TS, Path.of("out"));
    }
}
