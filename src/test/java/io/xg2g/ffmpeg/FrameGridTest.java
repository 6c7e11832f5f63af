package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameGridTest {

    @ParameterizedTest
    @CsvSource({
        "false, 25, 25, 1, 50, 180000",
        "true, 25, 50, 1, 100, 180000",
        "false, 50, 50, 1, 100, 180000",
        "false, 24, 24, 1, 48, 180000",
        "false, 23.976, 24000, 1001, 48, 180180",
        "false, 29.97, 30000, 1001, 60, 180180",
        "true, 29.97, 60000, 1001, 120, 180180",
        "false, 59.94, 60000, 1001, 120, 180180",
        "false, 60, 60, 1, 120, 180000",
        "false, 24.87, 25, 1, 50, 180000",
        "false, 12.4, 25, 2, 25, 180000",
        "false, 36, 48, 1, 96, 180000",
        "false, 11, 12, 1, 24, 180000",
        "false, 0.5, 5, 1, 10, 180000",
        "false, 0, 25, 1, 50, 180000",
        "true, 0, 50, 1, 100, 180000"
    })
    void aWindowHasAboutTwoSecondsOfWholeFrames(
            boolean interlaced, double rate, int numerator, int denominator, int frames, long ticks) {
        FrameGrid grid = FrameGrid.of(video(interlaced, rate), specs(60), 900_000);

        assertThat(grid).isEqualTo(new FrameGrid(900_000, numerator, denominator, frames));
        assertThat(grid.durationTicks()).isEqualTo(ticks);
    }

    @RandomTest
    void windowsOfAnyRateAreContiguous(RandomInput input) {
        FrameGrid grid = FrameGrid.of(video(input.chance(0.5), input.between(0.0, 121.0)), specs(60), 0);

        assertThat(grid.durationTicks()).isBetween(180_000L, 180_180L);
        assertThat(grid.frames() * 90_000L * grid.rateDenominator() % grid.rateNumerator())
                .isZero();
    }

    @RandomTest
    void aRenditionHasEveryNthFrameOfEveryWindow(RandomInput input) {
        int most = input.between(1, 120);
        FrameGrid grid = FrameGrid.of(video(false, input.between(0.0, 121.0)), specs(most), 0);
        RenditionSpec spec = specs(most).getFirst();

        assertThat(grid.frames() % grid.step(spec)).isZero();
        assertThat(grid.frames(spec)).isEqualTo(grid.frames() / grid.step(spec)).isPositive();
        assertThat(grid.frames(spec) <= 2 * most + 1 || grid.frames(spec) == 1).isTrue();
    }

    @Test
    void fieldsBecomeFramesOnlyIfARenditionNeedsThem() {
        assertThat(FrameGrid.of(video(true, 25), specs(60, 25), 0).frames()).isEqualTo(100);
        assertThat(FrameGrid.of(video(true, 25), specs(30), 0).frames()).isEqualTo(50);
    }

    @Test
    void withoutARenditionOfTheFieldRateTheGridHasTheFramesOfTheSource() {
        MediaInfo.Video interlaced = video(true, 25);
        FrameGrid fields = FrameGrid.of(interlaced, specs(60), 900_000);
        MediaInfo.Video ntsc = video(true, 29.97);
        FrameGrid ntscFields = FrameGrid.of(ntsc, specs(60), 900_000);

        assertThat(fields.fitting(interlaced, specs(30, 25))).isEqualTo(new FrameGrid(900_000, 25, 1, 50));
        assertThat(fields.fitting(interlaced, specs(25, 60))).isEqualTo(fields);
        assertThat(ntscFields.fitting(ntsc, specs(30))).isEqualTo(new FrameGrid(900_000, 30_000, 1001, 60));
        assertThat(ntscFields.fitting(ntsc, specs(30)).durationTicks()).isEqualTo(ntscFields.durationTicks());
        assertThat(FrameGrid.of(video(false, 50), specs(60), 0)
                        .fitting(video(false, 50), specs(25))
                        .frames())
                .as("of progressive video frames are dropped behind the grid")
                .isEqualTo(100);
    }

    @Test
    void aWindowWithOtherFramesHasThemInEveryRendition() {
        FrameGrid whole = FrameGrid.of(video(false, 50), specs(60, 25), 900_000);
        FrameGrid grid = whole.withFrames(37);

        assertThat(grid.durationTicks()).isEqualTo(37 * 1800);
        assertThat(grid.frames(specs(60).getFirst())).isEqualTo(37);
        assertThat(grid.frames(specs(25).getFirst())).isEqualTo(19);
        assertThat(whole.withFrames(115).durationTicks()).isEqualTo(115 * 1800);
        assertThat(whole.withFrames(115).frames(specs(25).getFirst())).isEqualTo(58);
    }

    @Test
    void invalidValuesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameGrid(-1, 25, 1, 50));
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameGrid(0, 0, 1, 50));
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameGrid(0, 25, 0, 50));
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameGrid(0, 25, 1, 0));
    }

    @Test
    void gridAndContainerGoTogether() {
        var grid = new FrameGrid(0, 25, 1, 50);
        var media = new MediaInfo("mpegts", Duration.ZERO, video(false, 25), null);
        var ladder = new Profile.Ladder("any", specs(60));
        Path path = Path.of("any");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TranscodeUnit(path, media, ladder, Container.MP4, path, grid));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TranscodeUnit(path, media, ladder, Container.CMAF, path));
        assertThat(new TranscodeUnit(path, media, ladder, Container.CMAF, path, grid).grid())
                .isEqualTo(grid);
    }

    private static MediaInfo.Video video(boolean interlaced, double rate) {
        return new MediaInfo.Video("h264", 1920, 1080, "yuv420p", interlaced, rate, 1);
    }

    private static List<RenditionSpec> specs(int... limits) {
        return Arrays.stream(limits)
                .mapToObj(limit -> new RenditionSpec("r" + limit, Codec.H264, 720, 1_000_000, limit))
                .toList();
    }
}
