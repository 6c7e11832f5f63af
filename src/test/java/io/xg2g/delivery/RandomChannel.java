package io.xg2g.delivery;

import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Generator of random timelines with all events of a channel: gaps, dropped rungs, missing audio, discontinuities, changed
 * formats, truncated windows. Returns the timelines in the order of their publication.
 */
public final class RandomChannel {
    static final int TARGET = 2;

    /** Number of windows that stay published. */
    private static final int MAX_WINDOWS = 12;

    private final Random random;
    private final List<Timeline> published = new ArrayList<>();
    private final List<Epoch> epochs = new ArrayList<>();
    private long number = 1_795_000_000L;
    private long epochId;
    /** Start of the next window, in 90 kHz ticks, and of the next audio frame, in samples. */
    private long time;

    private long sample;
    /** Duration of a window in 90 kHz ticks. */
    private long window;

    private RandomChannel(long seed) {
        this.random = new Random(seed);
        this.time = 1_795_000_000L * 90_000 + random.nextInt(90_000);
    }

    /** Consecutive timelines, each with at least one window; the last one has ended. */
    public static List<Timeline> run(long seed, int windows) {
        RandomChannel channel = new RandomChannel(seed);
        channel.begin(false);
        for (int i = 0; i < windows; i++) {
            channel.step();
        }
        Timeline last = channel.published.getLast();
        channel.published.add(new Timeline(last.epochs(), TARGET, true));
        return channel.published;
    }

    /** @param continues whether there is no discontinuity if the kinds of the tracks stay */
    private void begin(boolean continues) {
        double[] rates = {25, 50, 29.97, 59.94};
        double rate = rates[random.nextInt(rates.length)];
        window = rate == Math.rint(rate) ? 180_000 : 180_180;
        List<Track> tracks = new ArrayList<>();
        int video = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(3);
        int[] heights = {1080, 720, 480};
        for (int i = 0; i < video; i++) {
            int height = heights[i];
            tracks.add(new Track(
                    height + "p",
                    Track.Kind.VIDEO,
                    "avc1.64002" + i,
                    90_000,
                    height * 16 / 9,
                    height,
                    rate,
                    6_000_000 >> i));
        }
        if (video == 0 || random.nextInt(4) > 0) {
            tracks.add(new Track("audio", Track.Kind.AUDIO, "mp4a.40.2", 48_000, 0, 0, 0, 160_000));
        }
        boolean joined = continues
                && video > 0
                && epochs.getLast().tracks().getFirst().isVideo()
                && tracks.getLast().isVideo()
                        == epochs.getLast().tracks().getLast().isVideo();
        if (!joined) {
            sample = Math.ceilDiv(time * 48_000, 90_000L);
            epochId++;
        }
        epochs.add(new Epoch(epochId, time, tracks));
    }

    private void step() {
        boolean broken = random.nextInt(9) == 0;
        append(broken ? window * (1 + random.nextInt(40)) / 50 : window);
        if (broken) {
            long lost = random.nextInt(3) * 100_000L;
            time += lost;
            begin(lost == 0);
        }
        while (epochs.stream().mapToInt(epoch -> epoch.windows().size()).sum() > MAX_WINDOWS) {
            Epoch oldest = epochs.removeFirst();
            Epoch cut = oldest.from(oldest.windows().getFirst().number() + 1);
            if (!cut.windows().isEmpty()) {
                epochs.addFirst(cut);
            }
        }
        published.add(new Timeline(epochs, TARGET, false));
    }

    private void append(long duration) {
        Epoch epoch = epochs.getLast();
        int fate = random.nextInt(12);
        List<Segment> segments = new ArrayList<>();
        long end = time + duration;
        for (int i = 0; i < epoch.tracks().size(); i++) {
            Track track = epoch.tracks().get(i);
            // 0: all tracks are gaps; 1: video; 2: audio; 3, 4: the lower rungs.
            boolean gap = fate == 0
                    || (fate == 1 && track.isVideo())
                    || (fate == 2 && !track.isVideo())
                    || ((fate == 3 || fate == 4) && track.isVideo() && i > 0);
            long from = track.isVideo() ? time : sample;
            long length = track.isVideo() ? duration : frames(end) * 1024;
            long bits = track.maxBitrate() * length / track.timescale();
            segments.add(new Segment(from, length, gap ? 0 : 1 + (int) (bits * random.nextDouble() / 8), gap));
        }
        epochs.set(epochs.size() - 1, epoch.append(number++, segments));
        sample += frames(end) * 1024;
        time = end;
    }

    /** Number of audio frames up to the frame boundary nearest to the end of the window; at least 1. */
    private long frames(long end) {
        return Math.max(1, Math.round((end * 48_000.0 / 90_000 - sample) / 1024));
    }
}
