package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RungTest {

    @ParameterizedTest
    @CsvSource({
        "1920, 1080, 1, 0, 720, 1280, 720",
        "1920, 1080, 1, 0, 480, 854, 480",
        "720, 576, 1.4222222, 0, 720, 1024, 576",
        "720, 576, 1.4222222, 0, 480, 854, 480",
        "720, 576, 1.0666667, 0, 576, 768, 576",
        "1440, 1080, 1.3333333, 0, 1080, 1920, 1080",
        "640, 360, 1, 0, 1080, 640, 360",
        "1920, 1080, 1, 90, 720, 406, 720",
        "1280, 533, 1, 0, 720, 1280, 534"
    })
    void framesKeepTheirAspectRatioAndAreNotScaledUp(
            int width, int height, double sar, int rotation, int wanted, int newWidth, int newHeight) {
        var video = new MediaInfo.Video(
                0, "h264", width, height, "yuv420p", false, 25, sar, rotation, MediaInfo.DynamicRange.SDR);

        assertThat(Rung.Size.fit(video, wanted)).isEqualTo(new Rung.Size(newWidth, newHeight));
    }

    @RandomTest(tries = 500)
    void sidesAreEvenAndTheAspectRatioIsKept(RandomInput input) {
        int width = input.between(32, 8192);
        int height = input.between(32, 4320);
        double sar = input.between(0.5, 2.0);
        int wanted = input.between(64, 4320);
        var video = new MediaInfo.Video("h264", width, height, "yuv420p", false, 25, sar);

        Rung.Size size = Rung.Size.fit(video, wanted);

        assertThat(size.width() % 2).isZero();
        assertThat(size.height() % 2).isZero();
        assertThat(size.height()).isLessThanOrEqualTo(Math.max(wanted, 2) + 1).isLessThanOrEqualTo(height + 1);
        double ideal = width * sar / height * size.height();
        assertThat((double) size.width()).isCloseTo(ideal, within(2 + ideal / size.height()));
    }

    @Test
    void fieldsBecomeFramesOnlyIfARungNeedsThem() {
        assertThat(rungs(true, 25, 60)).extracting(Rung::frameRate).containsExactly(50.0);
        assertThat(rungs(true, 25, 50)).extracting(Rung::reduced).containsExactly(false);
        assertThat(rungs(true, 25, 30)).extracting(Rung::frameRate).containsExactly(25.0);
        assertThat(rungs(true, 25, 60, 25)).extracting(Rung::frameRate).containsExactly(50.0, 25.0);
        assertThat(rungs(true, 25, 60, 25)).extracting(Rung::reduced).containsExactly(false, true);
        assertThat(rungs(true, 29.97, 60)).extracting(Rung::frameRate).containsExactly(59.94);
    }

    @Test
    void ratesAreReducedByIntegerFactors() {
        assertThat(rungs(false, 50, 30).getFirst().frameRate()).isEqualTo(25);
        assertThat(rungs(false, 60000 / 1001.0, 30).getFirst().frameRate()).isCloseTo(29.97, within(0.001));
        assertThat(rungs(false, 30, 25).getFirst().frameRate()).isEqualTo(25);
        assertThat(rungs(false, 30000 / 1001.0, 30).getFirst().reduced()).isFalse();
        assertThat(rungs(false, 0, 30).getFirst().reduced()).isFalse();
    }

    @Test
    void keyframesAreTwoSecondsApart() {
        assertThat(rungs(false, 25, 60).getFirst().gop()).isEqualTo(50);
        assertThat(rungs(false, 30000 / 1001.0, 60).getFirst().gop()).isEqualTo(60);
        assertThat(rungs(false, 0, 60).getFirst().gop()).isEqualTo(120);
    }

    @Test
    void ratesAreWrittenAsFractions() {
        assertThat(FilterGraph.rate(25)).isEqualTo("25");
        assertThat(FilterGraph.rate(30000 / 1001.0)).isEqualTo("30000/1001");
        assertThat(FilterGraph.rate(60000 / 1001.0)).isEqualTo("60000/1001");
        assertThat(FilterGraph.rate(12.5)).isEqualTo("12.500");
    }

    private static List<Rung> rungs(boolean interlaced, double rate, int... limits) {
        var video = new MediaInfo.Video("h264", 1920, 1080, "yuv420p", interlaced, rate, 1);
        return Rung.of(
                video,
                Arrays.stream(limits)
                        .mapToObj(limit -> new RenditionSpec("r" + limit, Codec.H264, 720, 1_000_000, limit))
                        .toList());
    }
}
