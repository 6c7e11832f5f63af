package io.xg2g.process;

/**
 * Progress report of ffmpeg ({@code -progress}).
 *
 * @param number ordinal of the report in its run, from 1; 0 before the first
 * @param frames encoded frames of the first output
 * @param outTimeMicros written playing time in microseconds; 0 while unknown
 * @param bytes size of the first output; 0 while unknown
 * @param end whether it is the last report of a run that ended regularly
 */
public record Progress(int number, long frames, long outTimeMicros, long bytes, boolean end) {
    public static final Progress NONE = new Progress(0, 0, 0, 0, false);

    /** Returns whether any value has changed since an earlier report, or the run has ended. */
    boolean advancedSince(Progress earlier) {
        return frames != earlier.frames || outTimeMicros != earlier.outTimeMicros || bytes != earlier.bytes || end;
    }
}
