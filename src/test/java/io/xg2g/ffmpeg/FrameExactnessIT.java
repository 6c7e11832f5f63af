package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Test that a minute of a stream encoded in windows has the frames of one continuous run: same frames, same times, none
 * lost, duplicated or moved. Compared is the output of the filter graph.
 */
@Tag("nightly")
class FrameExactnessIT {
    private static final int WINDOWS = 30;
    private static final List<RenditionSpec> SPECS = List.of(new RenditionSpec("only", Codec.H264, 96, 1_000_000, 60));

    @TempDir
    Path directory;

    /** Time of a frame, relative to the start of the first window in 90 kHz ticks, and its hash. */
    private record Shown(long time, String hash) {}

    @ParameterizedTest
    @EnumSource(names = {"PROGRESSIVE_50", "PROGRESSIVE_2997", "HEVC_25"})
    @Tag("nightly")
    void windowsOfProgressiveSourcesHaveTheFramesOfOneRun(LiveMedia source) throws Exception {
        windowsHaveTheFramesOfOneRun(source);
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERLACED_25", "MPEG2_25", "INTERLACED_2997"})
    void windowsHaveTheFramesOfOneRun(LiveMedia source) throws Exception {
        // Given
        MediaInfo.Video video = video(source);
        var cutter = new TsWindowCutter(source.longFile());
        FrameGrid grid = FrameGrid.of(video, SPECS, TsWindowCutter.START);
        long start = cutter.start();
        long length = grid.durationTicks();

        // When
        List<Shown> continuous = frames(source.longFile(), withoutGrid(video, start, WINDOWS * length), start);
        List<Shown> windowed = new ArrayList<>();
        for (int n = 0; n < WINDOWS; n++) {
            long begin = start + n * length;
            Path window = Files.write(directory.resolve("window.ts"), cutter.window(begin, length, video));
            List<Shown> frames = frames(window, graph(video, grid), TsWindowCutter.START - n * length);
            assertThat(frames).hasSize(grid.frames());
            windowed.addAll(frames);
        }

        // Then
        assertThat(continuous).hasSize(WINDOWS * grid.frames());
        assertThat(continuous.stream().map(Shown::hash).distinct()).hasSizeGreaterThan(continuous.size() * 9 / 10);
        assertThat(windowed).isEqualTo(continuous);
    }

    private MediaInfo.Video video(LiveMedia source) {
        try (TranscodingSetup engine = new TranscodingSetup(directory, Map.of())) {
            return engine.media(source.longFile()).video();
        }
    }

    private static String graph(MediaInfo.Video video, FrameGrid grid) {
        return FilterGraph.of(Encoder.Family.SOFTWARE, video, Rung.of(video, SPECS, grid), grid, false);
    }

    /** The same filters without windows: no frame is duplicated, dropped or moved. */
    private static String withoutGrid(MediaInfo.Video video, long start, long length) {
        String graph =
                FilterGraph.of(Encoder.Family.SOFTWARE, video, Rung.of(video, SPECS), Rung.bobs(video, SPECS), false);
        String scale = graph.substring(graph.indexOf("scale="));
        String head = graph.substring(0, graph.length() - scale.length());
        return head + "settb=1/90000,trim=start_pts=%d:end_pts=%d,".formatted(start - 1, start + length - 1) + scale;
    }

    private static List<Shown> frames(Path input, String graph, long zero) throws Exception {
        Process process = new ProcessBuilder("ffmpeg -nostdin -v error -copyts -i file:%s -filter_complex %s -map [v0]"
                        .formatted(input, graph)
                        .concat(" -fps_mode passthrough -enc_time_base 1:90000 -c:v rawvideo -f framemd5 -")
                        .split(" "))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(output).contains("#tb 0: 1/90000");
        return output.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(",\\s*"))
                .map(fields -> new Shown(Long.parseLong(fields[2]) - zero, fields[5]))
                .toList();
    }
}
