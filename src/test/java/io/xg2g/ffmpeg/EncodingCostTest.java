package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodingCostTest {
    /** Processor time of libx264 (veryfast) for each second of a window, in seconds, on two cores; the probe's clip took 0.42. */
    @ParameterizedTest
    @CsvSource({
        // Source, rungs, frame rate, measured.
        "1080i25, 1080,         50, 1.41",
        "1080i25, 720,          50, 0.88",
        "1080i25, 1080 720 480, 50, 2.05",
        "1080i25, 1080,         25, 0.99",
        "1080i25, 720,          25, 0.65",
        "1080i25, 480,          25, 0.56",
        "1080i25, 1080 720 480, 25, 1.40",
        "1080i25, 1080 480,     25, 1.18",
        "1080i25, 720 480,      25, 0.85",
        "1080p50, 1080,         50, 1.23",
        "1080p50, 1080,         25, 1.04",
        "1080p50, 720,          25, 0.67",
        "1080p50, 480,          25, 0.57",
        "1080p25, 1080,         25, 0.88",
        "1080p25, 720,          25, 0.53",
        "1080p25, 480,          25, 0.44",
        "720p50,  720,          50, 0.66",
        "720p50,  480,          25, 0.36"
    })
    void theEstimateIsCloseToWhatWasMeasured(String source, String heights, int rate, double measured) {
        int lines = Integer.parseInt(source.replaceAll("[ip].*", ""));
        boolean interlaced = source.contains("i");
        MediaInfo.Video video = new MediaInfo.Video(
                "h264", lines * 16 / 9, lines, "yuv420p", interlaced, source.endsWith("50") ? 50 : 25, 1);
        List<RenditionSpec> specs = Arrays.stream(heights.split(" "))
                .map(Integer::valueOf)
                .map(height -> new RenditionSpec(height + "p", Codec.H264, height, 3_000_000, rate))
                .toList();
        List<RenditionSpec> full = specs.stream()
                .map(spec -> new RenditionSpec(spec.name(), Codec.H264, spec.height(), 3_000_000, 60))
                .toList();

        double cost = EncodingCost.of(video, FrameGrid.of(video, full, 0), specs);

        assertThat(cost * 0.42).isCloseTo(measured, Percentage.withPercentage(25));
    }
}
