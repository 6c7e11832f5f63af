package io.xg2g.packaging;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a channel's source sends windows, and what the timeline owes its viewers if not. Immutable. Times are those of
 * {@link System#nanoTime()}.
 *
 * <pre>
 *   any                                  ── window ──────────────────────► Present
 *   Present, Away, AudioOnly             ── window without its video ────► AudioOnly
 *   Present, AudioOnly                   ── 1.5 windows without one ─────► Away
 *   AudioOnly, Present after one window  ── end of the run ──────────────► Away
 *   Away                                 ── slate ───────────────────────► Away
 * </pre>
 */
sealed interface SourceSignal {
    /** Time after the due time of the latest window after which the source is away. */
    long MAX_SILENCE = TimeUnit.SECONDS.toNanos(3);

    /** Duration of a window. */
    long WINDOW = TimeUnit.SECONDS.toNanos(2);

    /** No window has been received, or the channel is not encoded. */
    record None() implements SourceSignal {}

    /**
     * The source sends windows.
     *
     * @param due due time of the latest one
     * @param before the outage before it, if it is the first one since then: a segmenter that ends gives a last window of what the
     *     source had sent before it fell silent, which is not its return
     */
    record Present(long due, @Nullable Away before) implements SourceSignal {
        @Override
        public long since(long reached) {
            return before == null ? reached : before.since();
        }

        @Override
        public long slated() {
            return before == null ? 0 : before.slated();
        }

        @Override
        public SourceSignal ended() {
            return before == null ? this : new Away(before.since(), due + MAX_SILENCE, before.slated());
        }

        @Override
        public SourceSignal at(long now, long reached) {
            return now - due <= MAX_SILENCE ? this : new Away(since(reached), due + WINDOW, 0);
        }
    }

    /**
     * The source is away.
     *
     * @param since end of its last window, in 90 kHz ticks of channel time
     * @param due due time of the next slate
     * @param slated duration of the slates up to now, in nanoseconds
     */
    record Away(long since, long due, long slated) implements SourceSignal {

        /**
         * Returns whether the next slate is due.
         *
         * @param limit maximum duration of all slates, in nanoseconds
         */
        boolean owes(long now, long limit) {
            return now - due >= 0 && slated < limit;
        }

        @Override
        public OptionalLong lost() {
            return OptionalLong.of(since);
        }

        @Override
        public SourceSignal received(long at) {
            return new Present(at, this);
        }

        /** Handles the addition of a slate of a duration in nanoseconds. */
        Away withSlate(long duration) {
            return new Away(since, due + duration, slated + duration);
        }
    }

    /**
     * The source sends audio, and its video is away.
     *
     * @param since end of its last window with video, in 90 kHz ticks of channel time
     * @param due due time of the latest window
     * @param slated duration of the slates up to now, in nanoseconds
     */
    record AudioOnly(long since, long due, long slated) implements SourceSignal {
        @Override
        public OptionalLong lost() {
            return OptionalLong.of(since);
        }

        @Override
        public SourceSignal ended() {
            return new Away(since, due + WINDOW, slated);
        }

        @Override
        public SourceSignal at(long now, long reached) {
            return now - due <= MAX_SILENCE ? this : ended();
        }
    }

    /** Returns the end of the last window with video, in 90 kHz ticks of channel time, while the video is away. */
    default OptionalLong lost() {
        return OptionalLong.empty();
    }

    /** Returns the same, which is the given end of the latest window unless the source was away. */
    default long since(long reached) {
        return lost().orElse(reached);
    }

    /** Returns the duration of the slates up to now, in nanoseconds. */
    default long slated() {
        return 0;
    }

    /** Handles a window of the source. */
    default SourceSignal received(long due) {
        return new Present(due, null);
    }

    /** Handles the end of a run of the segmenter. */
    default SourceSignal ended() {
        return this;
    }

    /**
     * Handles a window that has audio and lacks the video of those before it, so that it is a slate.
     *
     * @param due its due time
     * @param reached end of the latest window, in 90 kHz ticks of channel time
     * @param duration in nanoseconds
     */
    default AudioOnly withoutVideo(long due, long reached, long duration) {
        return new AudioOnly(since(reached), due, slated() + duration);
    }

    /**
     * Handles the passing of time.
     *
     * @param reached end of the latest window, in 90 kHz ticks of channel time
     */
    default SourceSignal at(long now, long reached) {
        return this;
    }
}
