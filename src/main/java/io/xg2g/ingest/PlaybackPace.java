package io.xg2g.ingest;

import io.xg2g.media.Ticks;
import java.time.Duration;

/**
 * Pace at which a channel's source is read, across the times that it is opened. A recording is read in real time, a few seconds ahead,
 * and played again when its end is due; other sources may be further ahead, because servers send a burst after connecting, and the
 * segments of an HLS source are seconds long. Not thread-safe.
 */
final class PlaybackPace {
    private static final Duration MAX_AHEAD = Duration.ofSeconds(30);

    /** How far a file or the demo is read ahead, which never end. */
    static final Duration ENDLESS_AHEAD = Duration.ofNanos(Ticks.toNanos(Pacer.BURST));

    /** How far a recording is read ahead: at its end the source is opened again, and a segmenter started, meanwhile. */
    static final Duration RECORDED_AHEAD = Duration.ofSeconds(10);

    /** Longest pause of reading. */
    private static final Duration MAX_PAUSE = Duration.ofMillis(200);

    /** Minimum media of a recording that is played again at once; a shorter one is opened again with backoff. */
    private static final Duration MIN_RECORDING = Duration.ofSeconds(1);

    /** A source that has been so much faster than real time, and then ends while its media is far ahead, is a recording. */
    private static final double RECORDED_SPEED = 1.2;

    /** Live sources are further ahead only if their server sends a long burst. */
    private static final Duration MIN_LEAD = Duration.ofSeconds(3);

    private final Duration recordedAhead;
    private final Pacer pacer = new Pacer();

    /** How far the media of earlier times was ahead of real time, at {@link #endedAt}. */
    private Duration carried = Duration.ZERO;

    private long endedAt;
    private long openedAt;
    private boolean recorded;

    /** @param recordedAhead how far a recording may be ahead of real time */
    PlaybackPace(Duration recordedAhead) {
        this.recordedAhead = recordedAhead;
    }

    /** Handles the opening of the source. */
    void opened(long nanos) {
        carried = carried(nanos);
        endedAt = nanos;
        openedAt = nanos;
        recorded = false;
        pacer.resume(carried, nanos);
    }

    /**
     * Handles bytes of the source.
     *
     * @param isRecorded whether the source is known to be a recording
     */
    void received(byte[] data, int length, boolean isRecorded, long nanos) {
        recorded |= isRecorded;
        pacer.accept(data, length, nanos);
    }

    /**
     * Returns how long reading has to pause now, at most {@link #MAX_PAUSE}.
     *
     * @param segmented how far the media since the opening is ahead of real time, according to the segmenter
     */
    Duration pause(Duration segmented, long nanos) {
        Duration excess = recorded
                ? pacer.ahead(nanos).minus(recordedAhead)
                : carried(nanos).plus(segmented).minus(MAX_AHEAD);
        return limited(excess);
    }

    /**
     * Handles the end of the source. One that ends after it was much faster than real time is a recording, although nothing has said
     * so.
     *
     * @param complete whether it has ended, and was not lost
     * @return whether a recording has been read to its end
     */
    boolean ended(boolean complete, long nanos) {
        Duration received = pacer.received();
        boolean fast =
                pacer.ahead(nanos).compareTo(MIN_LEAD) > 0 && received.toNanos() > RECORDED_SPEED * (nanos - openedAt);
        boolean played = complete && received.compareTo(MIN_RECORDING) >= 0 && (recorded || fast);
        carried = pacer.ahead(nanos);
        if (carried.compareTo(MAX_AHEAD) > 0) {
            carried = MAX_AHEAD;
        }
        endedAt = nanos;
        return played;
    }

    /** Returns how long to wait until the end of a recording is due, at most {@link #MAX_PAUSE}. */
    Duration pauseAtEnd(long nanos) {
        return limited(carried(nanos).minus(recordedAhead));
    }

    private Duration carried(long nanos) {
        Duration left = carried.minusNanos(nanos - endedAt);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static Duration limited(Duration excess) {
        if (excess.isNegative()) {
            return Duration.ZERO;
        }
        return excess.compareTo(MAX_PAUSE) < 0 ? excess : MAX_PAUSE;
    }
}
