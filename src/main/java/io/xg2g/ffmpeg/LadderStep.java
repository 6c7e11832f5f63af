package io.xg2g.ffmpeg;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is encoded of a channel's ladder: a step from the complete ladder at the full frame rate down to the lowest rung at half
 * the rate. The steps of a 1080i25 source are:
 *
 * <pre>
 *   1080p50 720p50 480p50   complete
 *   1080p25 720p25 480p25   half the frame rate: one frame for each frame, not for each field
 *   1080p25        480p25   the highest rung with the lowest one
 *           720p25 480p25
 *           720p25          a single rung
 *                  480p25
 * </pre>
 *
 * @param rungs specifications to encode, highest first; empty if only the passthrough is published
 * @param cost in the unit of {@link EncodingCost}
 * @param text frame heights and rates, for instance {@code 1080p25, 480p25}; "no rendition" without rungs
 */
public record LadderStep(List<RenditionSpec> rungs, double cost, String text) {
    /** Step of a source without video. */
    public static final LadderStep NONE = new LadderStep(List.of(), 0, "no rendition");

    /** Minimum frame rate that results from halving: 24 frames per second, or 24000/1001. */
    private static final double MIN_HALF_RATE = 23.9;

    public LadderStep {
        rungs = List.copyOf(rungs);
    }

    /**
     * Returns the steps of a ladder: the complete one first, each cheaper than the one before it.
     *
     * @param grid frames of a window at the full frame rate
     * @param ladder complete ladder, highest rung first; not empty
     * @param passthrough whether the source's own video is published besides; the last step is without rungs then
     */
    public static List<LadderStep> of(
            MediaInfo.Video video, FrameGrid grid, List<RenditionSpec> ladder, boolean passthrough) {
        List<LadderStep> steps = new ArrayList<>();
        double rate = grid.rate();
        List<RenditionSpec> reduced = ladder;
        add(steps, video, grid, reduced);
        while (rate / 2 >= MIN_HALF_RATE) {
            rate /= 2;
            int limit = (int) Math.ceil(rate);
            reduced = reduced.stream().map(spec -> limited(spec, limit)).toList();
            add(steps, video, grid, reduced);
        }
        for (List<RenditionSpec> rungs : selections(reduced, passthrough)) {
            add(steps, video, grid, rungs);
        }
        return List.copyOf(steps);
    }

    /**
     * Returns selections of rungs in the order of preference: the highest rung with all lower ones, or with the lowest one; single
     * rungs only if two are too many, since viewers with slow connections need a low one. The passthrough is a rung, too.
     */
    private static List<List<RenditionSpec>> selections(List<RenditionSpec> ladder, boolean passthrough) {
        int count = ladder.size();
        List<List<RenditionSpec>> selections = new ArrayList<>();
        for (int top = 0; top < count - 1; top++) {
            selections.add(ladder.subList(top, count));
            if (!passthrough) {
                selections.add(List.of(ladder.get(top), ladder.getLast()));
            }
        }
        if (passthrough) {
            selections.add(List.of(ladder.getLast()));
            selections.add(List.of());
        } else {
            ladder.forEach(rung -> selections.add(List.of(rung)));
        }
        return selections;
    }

    /** Adds a step if it is cheaper than all before it. */
    private static void add(List<LadderStep> steps, MediaInfo.Video video, FrameGrid grid, List<RenditionSpec> rungs) {
        LadderStep step = step(video, grid, rungs);
        if (steps.isEmpty() || step.cost() < steps.getLast().cost()) {
            steps.add(step);
        }
    }

    private static LadderStep step(MediaInfo.Video video, FrameGrid grid, List<RenditionSpec> rungs) {
        if (rungs.isEmpty()) {
            return NONE;
        }
        String text = Rung.of(video, rungs, grid.fitting(video, rungs)).stream()
                .map(rung -> rung.height() + "p" + rate(rung.frameRate()))
                .collect(Collectors.joining(", "));
        return new LadderStep(rungs, EncodingCost.of(video, grid, rungs), text);
    }

    private static String rate(double rate) {
        return BigDecimal.valueOf(Math.round(rate * 100), 2)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static RenditionSpec limited(RenditionSpec spec, int maxFrameRate) {
        return new RenditionSpec(
                spec.name(), spec.codec(), spec.height(), spec.bitrate(), Math.min(spec.maxFrameRate(), maxFrameRate));
    }
}
