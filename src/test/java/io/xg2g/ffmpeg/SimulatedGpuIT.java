package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.FragmentedMp4;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedGpuIT {
    private static final Duration COST = Duration.ofMillis(120);

    @TempDir
    Path directory;

    @Test
    void windowsAreEncodedOnceAndTakeTheConfiguredTime() throws Exception {
        Path program = SimulatedGpu.install(directory, COST);
        try (TranscodingSetup engine =
                new TranscodingSetup(directory.resolve("own"), Map.of("path", program.toString()))) {
            MediaInfo media = engine.media(LiveMedia.PROGRESSIVE_50.file());
            var cutter = new TsWindowCutter(LiveMedia.PROGRESSIVE_50.file());
            List<RenditionSpec> specs = engine.profiles.ladderFor(media.video());
            FrameGrid grid = FrameGrid.of(media.video(), specs, TsWindowCutter.START);
            List<byte[]> made = new ArrayList<>();
            for (int n = 0; n < 4; n++) {
                byte[] bytes =
                        cutter.window(cutter.start() + n * grid.durationTicks(), grid.durationTicks(), media.video());
                Path input = Files.write(directory.resolve("window.ts"), bytes);
                var profile = new Profile.Ladder("any", specs);
                long before = System.nanoTime();

                TranscodeOutcome outcome = engine.run(
                        new TranscodeUnit(input, media, profile, Container.CMAF, engine.work.create(), grid));

                assertThat(outcome).isInstanceOf(TranscodeOutcome.Produced.class);
                assertThat(System.nanoTime() - before).isGreaterThan(COST.toNanos());
                List<Rendition> renditions = ((TranscodeOutcome.Produced) outcome).renditions();
                assertThat(renditions).hasSameSizeAs(specs);
                made.add(Files.readAllBytes(renditions.getFirst().file()));
            }

            assertThat(made).allSatisfy(file -> assertThat(file).isEqualTo(made.getFirst()));
            byte[] window = FragmentedMp4.split(made.getFirst()).media();
            assertThat(FragmentedMp4.fragment(window).samples()).isEqualTo(100);
        }
    }
}
