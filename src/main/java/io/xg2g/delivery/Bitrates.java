package io.xg2g.delivery;

import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.packaging.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Measured bitrates of a track's published segments, in bit/s (RFC 8216bis, 4.4.6.2).
 *
 * @param peak maximum over any run of segments between 0.5 and 1.5 target durations
 * @param average over all segments; 0 if there are none
 */
record Bitrates(long peak, long average) {

    /** Duration and size of one segment. */
    private record SegmentSize(double seconds, double bits) {}

    static Bitrates of(Timeline timeline, String track) {
        List<List<SegmentSize>> runs = runs(timeline, track);
        double peak = 0;
        double bits = 0;
        double seconds = 0;
        for (List<SegmentSize> run : runs) {
            peak = Math.max(peak, peak(run, timeline.targetDurationSeconds()));
            bits += run.stream().mapToDouble(SegmentSize::bits).sum();
            seconds += run.stream().mapToDouble(SegmentSize::seconds).sum();
        }
        return new Bitrates((long) Math.ceil(peak), seconds == 0 ? 0 : Math.round(bits / seconds));
    }

    /** Returns the runs of consecutive segments without a gap. */
    private static List<List<SegmentSize>> runs(Timeline timeline, String track) {
        List<List<SegmentSize>> runs = new ArrayList<>();
        List<SegmentSize> run = new ArrayList<>();
        for (Epoch epoch : timeline.epochs()) {
            int index = epoch.indexOf(track).orElse(-1);
            for (Window window : epoch.windows()) {
                if (index < 0 || window.segments().get(index).gap()) {
                    runs.add(run);
                    run = new ArrayList<>();
                } else {
                    Segment segment = window.segments().get(index);
                    double seconds = (double) segment.duration()
                            / epoch.tracks().get(index).timescale();
                    run.add(new SegmentSize(seconds, 8.0 * segment.bytes()));
                }
            }
        }
        runs.add(run);
        return runs;
    }

    private static double peak(List<SegmentSize> run, int target) {
        double peak = 0;
        for (int first = 0; first < run.size(); first++) {
            double seconds = 0;
            double bits = 0;
            for (int i = first; i < run.size() && seconds + run.get(i).seconds() <= 1.5 * target; i++) {
                seconds += run.get(i).seconds();
                bits += run.get(i).bits();
                if (seconds >= 0.5 * target) {
                    peak = Math.max(peak, bits / seconds);
                }
            }
        }
        return peak;
    }

    /** Returns the upper bound for playlists: the measured peak or the track's maximum, whichever is higher. */
    long bound(Track track) {
        return Math.max(1, Math.max(peak, track.maxBitrate()));
    }

    /** Returns the average for playlists; the upper bound if nothing has been measured. */
    long averageOf(Track track) {
        return average > 0 ? average : bound(track);
    }
}
