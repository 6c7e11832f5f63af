package io.xg2g.packaging;

import java.util.concurrent.TimeUnit;

/**
 * Step of a channel's ladder over time; 0 is the complete ladder, higher numbers are cheaper steps. It goes down at once, and up
 * after a minute of headroom (hysteresis). Immutable. Times are those of {@link System#nanoTime()}.
 *
 * <pre>
 *              less capacity: down to the plan            windows are late: one step down
 *            ┌───────────────────────────────┐          ┌────────────────────────────────┐
 *            │                               ▼          │                                ▼
 *       step = plan                       step &gt; plan, as yet              step = reduced &gt; plan
 *            ▲                               │                                           │
 *            └───── headroom: to the plan ───┴──────── headroom: one step up ────────────┘
 * </pre>
 *
 * <p>Headroom is a time in which each window is published well before the next one is due, and in which the plan is better than
 * the step. If windows are late again after a step up, the next one needs twice the time.
 *
 * @param step step in use
 * @param reduced best step that the lateness of windows allows; 0 if any
 * @param changedAt time of the latest change of the step
 * @param lateAt time of the latest change because of late windows
 * @param headroomSince start of the headroom
 * @param required headroom before the next step up, in nanoseconds
 * @param raised whether there was a step up since {@code lateAt}
 */
record LadderLevel(
        int step, int reduced, long changedAt, long lateAt, long headroomSince, long required, boolean raised) {
    /** Time after a change in which late windows of the step before may still be published. */
    static final long SETTLING = TimeUnit.SECONDS.toNanos(5);

    static final long MIN_REQUIRED = TimeUnit.MINUTES.toNanos(1);
    static final long MAX_REQUIRED = TimeUnit.MINUTES.toNanos(16);

    /** Windows that are late after more than this number of required headrooms are unrelated to the latest step up. */
    static final int UNRELATED = 8;

    /** Maximum time from a window's due time to its publication with headroom. */
    static final double MAX_SECONDS = 1.7;

    /** Returns the level of a channel that begins. */
    static LadderLevel begin(int plan, long now) {
        return new LadderLevel(plan, 0, now, now, now, MIN_REQUIRED, false);
    }

    /** Returns the level of a channel that continues with these steps after others; lateness of long ago does not matter. */
    LadderLevel resumed(int plan, long now) {
        if (now - lateAt >= UNRELATED * required) {
            return begin(plan, now);
        }
        return new LadderLevel(Math.max(plan, reduced), reduced, now, lateAt, now, required, raised);
    }

    /**
     * Returns the level of the next window.
     *
     * @param plan best step that the capacity allows
     * @param cheapest number of the cheapest step
     * @param late whether windows are late
     */
    LadderLevel next(int plan, int cheapest, boolean late, long now) {
        if (late && step < cheapest && now - changedAt >= SETTLING) {
            return new LadderLevel(Math.max(plan, step + 1), step + 1, now, now, now, requiredAfterLate(now), false);
        }
        int allowed = Math.max(plan, reduced);
        if (allowed > step) {
            return new LadderLevel(allowed, reduced, now, lateAt, now, required, raised);
        }
        if (step == plan || late) {
            return withoutHeadroom(now);
        }
        if (now - headroomSince < required) {
            return this;
        }
        int better = step > allowed ? allowed : step - 1;
        return new LadderLevel(better, Math.min(reduced, better), now, lateAt, now, required, true);
    }

    private long requiredAfterLate(long now) {
        if (!raised) {
            return required;
        }
        return now - lateAt < UNRELATED * required ? Math.min(2 * required, MAX_REQUIRED) : MIN_REQUIRED;
    }

    private LadderLevel withoutHeadroom(long now) {
        return new LadderLevel(step, reduced, changedAt, lateAt, now, required, raised);
    }

    /**
     * Returns the level after the publication of a window.
     *
     * @param seconds from its due time to its publication; expected ones on the next better step if the step is reduced
     */
    LadderLevel published(double seconds, long now) {
        return seconds <= MAX_SECONDS ? this : withoutHeadroom(now);
    }

    /** Returns whether the step is lower than the capacity allows, because windows were late. */
    boolean isReduced(int plan) {
        return reduced > plan;
    }
}
