package io.xg2g.packaging;

import io.xg2g.ffmpeg.LadderStep;
import io.xg2g.ingest.SourceWindow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is encoded of one channel's ladder: the best step in the {@linkplain EncodingCapacity plan of all channels}, and a cheaper
 * one while its windows are late (degradation, {@link LadderLevel}). Guarded by the channel's {@link Packager}, except for {@link #now}.
 */
public final class EncodingShare {
    private static final Logger LOG = Logger.getLogger(EncodingShare.class);

    /** Lag above which windows are late. */
    private static final double LATE_SECONDS = 2;

    private static final int MAX_LEVELS = 4;

    /**
     * State of a channel's ladder.
     *
     * @param step number of the step in use; 0 is the complete ladder
     * @param dropped number of rungs of the complete ladder that are not encoded
     * @param reduced whether it is lower than the capacity allows, because windows were late
     * @param reason why the ladder is not complete, and what is encoded of it; empty if it is complete
     */
    public record Ladder(int step, int dropped, boolean reduced, Optional<String> reason) {
        public static final Ladder COMPLETE = new Ladder(0, 0, false, Optional.empty());

        private boolean isSameStep(Ladder other) {
            return step == other.step && dropped == other.dropped && reduced == other.reduced;
        }
    }

    private final String channel;
    private final EncodingCapacity capacity;
    private final BooleanSupplier watched;
    private List<LadderStep> steps = List.of();
    private @Nullable LadderLevel level;

    /**
     * Latest levels of other lists of steps: those with and without the passthrough alternate, and windows would be late anew with
     * each change.
     */
    private final Map<List<LadderStep>, LadderLevel> levels = new LinkedHashMap<>();

    private volatile Ladder ladder = Ladder.COMPLETE;

    /**
     * Creates the share of a channel, without an allocation.
     *
     * @param watched whether the channel has viewers
     */
    public EncodingShare(String channel, EncodingCapacity capacity, BooleanSupplier watched) {
        this.channel = channel;
        this.capacity = capacity;
        this.watched = watched;
    }

    /** Returns the reason why not even the lowest rung fits beside the other channels; empty if it does. */
    Optional<String> refusal(EpochBuilder epoch, SourceWindow window) {
        List<LadderStep> all = steps(epoch, window);
        double min = all.isEmpty() ? 0 : all.getLast().cost();
        return min == 0 || min <= capacity.most(channel) || !capacity.isSharedBy(channel)
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "no capacity to encode one more channel in real time: its lowest rendition costs %.1f (1 is"
                                + " transcoding 1080-line video to 720p); %s",
                        min,
                        capacity.describe(channel)));
    }

    /**
     * Returns what is encoded of the next window.
     *
     * @param behindSeconds time since the oldest unpublished window was due
     * @param now as {@link System#nanoTime}
     */
    LadderStep next(EpochBuilder epoch, SourceWindow window, double behindSeconds, long now) {
        List<LadderStep> all = steps(epoch, window);
        if (all.isEmpty()) {
            capacity.release(channel);
            leaveSteps();
            steps = all;
            level = null;
            show(Ladder.COMPLETE, LadderStep.NONE);
            return LadderStep.NONE;
        }
        int plan = capacity.plan(channel, all.stream().map(LadderStep::cost).toList(), watched);
        LadderLevel before = all.equals(steps) ? level : null;
        boolean late = epoch.begun() && behindSeconds > LATE_SECONDS;
        LadderLevel next = before == null ? level(all, plan, now) : before.next(plan, all.size() - 1, late, now);
        steps = all;
        level = next;
        LadderStep chosen = all.get(next.step());
        int dropped = epoch.ladder.size() - chosen.rungs().size();
        show(new Ladder(next.step(), dropped, next.isReduced(plan), reason(next, plan)), chosen);
        return chosen;
    }

    /** Returns the level with other steps than before: the latest one with these, if it is known. */
    private LadderLevel level(List<LadderStep> all, int plan, long now) {
        leaveSteps();
        LadderLevel known = levels.remove(all);
        return known == null ? LadderLevel.begin(plan, now) : known.resumed(plan, now);
    }

    private void leaveSteps() {
        LadderLevel left = level;
        if (left != null) {
            levels.put(steps, left);
            if (levels.size() > MAX_LEVELS) {
                levels.remove(levels.keySet().iterator().next());
            }
        }
    }

    private Optional<String> reason(LadderLevel chosen, int plan) {
        if (chosen.step() == 0) {
            return Optional.empty();
        }
        String text = steps.get(chosen.step()).text();
        LadderStep complete = steps.getFirst();
        String reason;
        if (chosen.isReduced(plan)) {
            reason = "windows were late with " + steps.get(chosen.reduced() - 1).text();
        } else if (chosen.step() > plan) {
            reason = steps.get(plan).text() + " is possible when windows have been early for a while";
        } else {
            reason = complete.text() + " would take " + capacity.share(channel, complete.cost());
        }
        return Optional.of(reason + ": " + text);
    }

    private void show(Ladder changed, LadderStep chosen) {
        if (!changed.isSameStep(ladder)) {
            LOG.infof(
                    "ladder changed: stream=%s, encoded=%s, reason=%s",
                    channel, chosen.text(), changed.reason().orElse("complete"));
        }
        ladder = changed;
    }

    /** Returns the state of the ladder. Any thread may call this. */
    Ladder now() {
        return ladder;
    }

    /**
     * Records a published window.
     *
     * @param seconds from its due time to its publication
     * @param ran run time of its transcoding unit, in seconds
     * @param now as {@link System#nanoTime}
     */
    void published(double seconds, double ran, long now) {
        LadderLevel known = level;
        if (known == null) {
            return;
        }
        double cost = steps.get(known.step()).cost();
        boolean raisable = known.step() > 0 && known.step() == known.reduced() && cost > 0;
        double longer = raisable ? (steps.get(known.step() - 1).cost() / cost - 1) * ran : 0;
        level = known.published(seconds + longer, now);
    }

    /** Releases the channel's allocation. */
    void release() {
        capacity.release(channel);
        steps = List.of();
        level = null;
        levels.clear();
        ladder = Ladder.COMPLETE;
    }

    private static List<LadderStep> steps(EpochBuilder epoch, SourceWindow window) {
        SourceWindow.Video video = window.video();
        return video == null || epoch.ladder.isEmpty()
                ? List.of()
                : LadderStep.of(video.media().video(), video.grid(), epoch.ladder, epoch.passthrough);
    }
}
