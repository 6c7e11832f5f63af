package io.xg2g.ffmpeg;

import io.xg2g.media.Ticks;
import io.xg2g.media.VideoFacts;
import io.xg2g.process.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Check of the outputs of one run against ffmpeg's progress report and against each other. */
final class LadderCheck {

    private LadderCheck() {}

    /**
     * Checks every rung's file.
     *
     * @param progress ffmpeg's last report; its frames are those of the first rung
     * @param silent whether ffmpeg has written nothing to stderr
     * @return the renditions with their final file names
     */
    static List<Rendition> check(
            TranscodeUnit unit, List<Rung> rungs, List<Path> parts, Progress progress, boolean silent)
            throws OutputCheck.Defect, IOException {
        List<Rendition> renditions = new ArrayList<>();
        List<VideoFacts> all = new ArrayList<>();
        for (int i = 0; i < rungs.size(); i++) {
            Rung rung = rungs.get(i);
            VideoFacts facts = OutputCheck.video(parts.get(i), unit.container());
            FrameGrid grid = unit.grid();
            if (grid != null) {
                exact(rung, facts, grid);
            }
            if (i == 0 && facts.frames() != progress.frames()) {
                throw defect(
                        rung,
                        String.format(Locale.ROOT, "%d frames; ffmpeg encoded %d", facts.frames(), progress.frames()));
            }
            // ffmpeg omits audio that it cannot decode, with a message; the rendition is delivered without audio.
            if (unit.source().audio() != null && !facts.audio() && silent && unit.container() != Container.CMAF) {
                throw defect(rung, "no audio");
            }
            all.add(facts);
            agree(rung, facts, rungs.getFirst(), all.getFirst());
            String name = rung.spec().name();
            renditions.add(new Rendition(
                    name,
                    unit.outputDirectory().resolve(name + "." + unit.container().extension()),
                    unit.container().contentType(),
                    Files.size(parts.get(i)),
                    rung.width(),
                    rung.height(),
                    facts.playingTime()));
        }
        return renditions;
    }

    /** Checks that a window's output has the frames of its grid, begins at its start, and has one keyframe. */
    static void exact(Rung rung, VideoFacts facts, FrameGrid grid) throws OutputCheck.Defect {
        int frames = grid.frames(rung.spec());
        if (facts.frames() != frames) {
            throw defect(rung, String.format(Locale.ROOT, "%d of %d frames", facts.frames(), frames));
        }
        if (Math.round(facts.firstTime() * Ticks.PER_SECOND) != grid.startTicks()) {
            throw defect(rung, "a start time other than its window's");
        }
        if (facts.keyframes().size() != 1) {
            throw defect(
                    rung,
                    String.format(
                            Locale.ROOT,
                            "%d keyframes instead of one",
                            facts.keyframes().size()));
        }
    }

    /** All rungs come from the same frames: equally many at the same rate, and equally long in any case. */
    private static void agree(Rung rung, VideoFacts facts, Rung first, VideoFacts firstFacts)
            throws OutputCheck.Defect {
        boolean sameRate = rung.reduced() == first.reduced() && rung.frameRate() == first.frameRate();
        if (sameRate && facts.frames() != firstFacts.frames()) {
            throw defect(
                    rung,
                    String.format(
                            Locale.ROOT,
                            "%d frames; %s has %d",
                            facts.frames(),
                            first.spec().name(),
                            firstFacts.frames()));
        }
        double slack = facts.frameTime() + firstFacts.frameTime() + 0.01;
        if (Math.abs(facts.duration() - firstFacts.duration()) > slack) {
            throw defect(rung, "a duration other than that of " + first.spec().name());
        }
    }

    private static OutputCheck.Defect defect(Rung rung, String what) {
        return new OutputCheck.Defect("the output " + rung.spec().name() + " has " + what);
    }
}
