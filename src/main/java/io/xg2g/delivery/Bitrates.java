package io.xg2g.delivery;

import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.packaging.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Bits in a second of a track as they were measured over what is published of it (RFC 8216bis, 4.4.6.2).
 *
 * @param peak the most over any run of segments that lasts between half and one and a half target durations
 * @param average over all of it; 0 where there is nothing
 */
record Bitrates(long peak, long average) {

    /** Seconds and bits of one segment. */
    private record Piece(double seconds, double bits) {}

    static Bitrates of(Timeline timeline, String track) {
        List<List<Piece>> runs = runs(timeline, track);
        double peak = 0;
        double bits = 0;
        double seconds = 0;
        for (List<Piece> run : runs) {
            peak = Math.max(peak, peak(run, timeline.targetDurationSeconds()));
            bits += run.stream().mapToDouble(Piece::bits).sum();
            seconds += run.stream().mapToDouble(Piece::seconds).sum();
        }
        return new Bitrates((long) Math.ceil(peak), seconds == 0 ? 0 : Math.round(bits / seconds));
    }

    /** What has no gap in between. */
    private static List<List<Piece>> runs(Timeline timeline, String track) {
        List<List<Piece>> runs = new ArrayList<>();
        List<Piece> run = new ArrayList<>();
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
                    run.add(new Piece(seconds, 8.0 * segment.bytes()));
                }
            }
        }
        runs.add(run);
        return runs;
    }

    private static double peak(List<Piece> run, int target) {
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

    /** What players are told as the upper bound: what was measured, or what is allowed if that is more. */
    long bound(Track track) {
        return Math.max(1, Math.max(peak, track.maxBitrate()));
    }

    /** What players are told as the average: the upper bound as long as nothing has been measured. */
    long averageOf(Track track) {
        return average > 0 ? average : bound(track);
    }
}
