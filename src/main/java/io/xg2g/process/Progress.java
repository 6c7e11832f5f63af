package io.xg2g.process;

/**
 * One report of ffmpeg's {@code -progress}.
 *
 * @param number which report of the run it is, from 1; 0 before the first
 * @param frames frames that were encoded for the first output
 * @param outTimeMicros playing time that was written, in microseconds; 0 as long as it is unknown
 * @param bytes size of the first output; 0 as long as it is unknown
 * @param end whether ffmpeg says that it has finished
 */
public record Progress(int number, long frames, long outTimeMicros, long bytes, boolean end) {
    public static final Progress NONE = new Progress(0, 0, 0, 0, false);

    /** Whether anything has moved since an earlier report. */
    boolean advancedSince(Progress earlier) {
        return frames != earlier.frames || outTimeMicros != earlier.outTimeMicros || bytes != earlier.bytes || end;
    }
}
