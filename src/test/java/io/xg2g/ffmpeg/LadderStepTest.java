package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LadderStepTest {
    private static final List<RenditionSpec> LADDER =
            Stream.of(1080, 720, 480).map(LadderStepTest::spec).toList();

    @Test
    void theFrameRateOfInterlacedVideoIsHalvedBeforeRungsAreLeftOut() {
        assertThat(texts(true, 25, LADDER, false))
                .containsExactly(
                        "1080p50, 720p50, 480p50",
                        "1080p25, 720p25, 480p25",
                        "1080p25, 480p25",
                        "720p25, 480p25",
                        "720p25",
                        "480p25");
    }

    @Test
    void aRateBelow48IsNotHalved() {
        assertThat(texts(false, 25, LADDER, false))
                .containsExactly("1080p25, 720p25, 480p25", "1080p25, 480p25", "720p25, 480p25", "720p25", "480p25");
        assertThat(texts(false, 48, LADDER.subList(2, 3), false)).containsExactly("480p48", "480p24");
        assertThat(texts(false, 59.94, LADDER.subList(2, 3), false)).containsExactly("480p59.94", "480p29.97");
        assertThat(texts(false, 15, LADDER.subList(1, 3), false)).containsExactly("720p15, 480p15", "720p15", "480p15");
    }

    @Test
    void aRateAbove95IsHalvedTwice() {
        assertThat(texts(false, 120, List.of(new RenditionSpec("480p", Codec.H264, 480, 1_400_000, 120)), false))
                .containsExactly("480p120", "480p60", "480p30");
    }

    @Test
    void besideThePassthroughTheHighestRungsAreLeftOutUntilNoneIsLeft() {
        assertThat(texts(false, 50, LADDER.subList(1, 3), true))
                .containsExactly("720p50, 480p50", "720p25, 480p25", "480p25", "no rendition");
    }

    @Test
    void aRungWithALowerLimitIsNotHalved() {
        List<RenditionSpec> ladder = List.of(LADDER.get(1), new RenditionSpec("480p", Codec.H264, 480, 1_400_000, 30));

        assertThat(texts(false, 50, ladder, false)).startsWith("720p50, 480p25", "720p25, 480p25");
    }

    @RandomTest
    void everyStepIsCheaperAndTheLastOneIsTheLowestRung(RandomInput input) {
        MediaInfo.Video video = new MediaInfo.Video(
                "h264",
                2 * input.between(400, 2048),
                2 * input.between(541, 1200),
                "yuv420p",
                input.chance(0.5),
                input.between(0.0, 121.0),
                1);
        List<RenditionSpec> ladder = input.chance(0.3) ? LADDER.subList(1, 3) : LADDER;
        boolean passthrough = input.chance(0.3);
        FrameGrid grid = FrameGrid.of(video, ladder, 0);

        List<LadderStep> steps = LadderStep.of(video, grid, ladder, passthrough);

        assertThat(steps.getFirst().rungs()).isEqualTo(ladder);
        for (int i = 1; i < steps.size(); i++) {
            assertThat(steps.get(i).cost()).isLessThan(steps.get(i - 1).cost());
        }
        List<RenditionSpec> last = steps.getLast().rungs();
        if (passthrough) {
            assertThat(last).isEmpty();
        } else {
            assertThat(last).hasSize(1);
            assertThat(last.getFirst().height()).isEqualTo(480);
        }
    }

    private static List<String> texts(
            boolean interlaced, double rate, List<RenditionSpec> ladder, boolean passthrough) {
        MediaInfo.Video video = new MediaInfo.Video("h264", 1920, 1080, "yuv420p", interlaced, rate, 1);
        return LadderStep.of(video, FrameGrid.of(video, ladder, 0), ladder, passthrough).stream()
                .map(LadderStep::text)
                .toList();
    }

    private static RenditionSpec spec(int height) {
        return new RenditionSpec(height + "p", Codec.H264, height, 3_000_000, 60);
    }
}
