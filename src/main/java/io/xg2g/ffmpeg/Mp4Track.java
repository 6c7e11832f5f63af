package io.xg2g.ffmpeg;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sample tables of one MP4 track (ISO/IEC 14496-12, 8.6 and 8.7).
 *
 * @param handler what the track is: {@code vide}, {@code soun} or another
 * @param samples number of samples
 * @param bytes size of all samples
 * @param facts what a player sees of it
 */
record Mp4Track(int handler, int samples, long bytes, VideoFacts facts) {
    private static final int MOST_SAMPLES = 1_000_000;

    /** Reads the contents of the boxes stsz and stts, and of stss and ctts where they are there. */
    static Mp4Track of(
            int handler,
            long timescale,
            ByteBuffer stsz,
            ByteBuffer stts,
            @Nullable ByteBuffer stss,
            @Nullable ByteBuffer ctts)
            throws OutputCheck.Defect {
        Mp4Reader.need(stsz, 12);
        int uniform = stsz.getInt(4);
        int samples = stsz.getInt(8);
        if (samples < 0 || samples > MOST_SAMPLES || timescale == 0) {
            throw new OutputCheck.Defect("the MP4 file's tables make no sense");
        }
        long bytes = (long) samples * (uniform & 0xffffffffL);
        if (uniform == 0) {
            Mp4Reader.need(stsz, 12 + 4 * samples);
            for (int i = 0; i < samples; i++) {
                bytes += stsz.getInt(12 + 4 * i) & 0xffffffffL;
            }
        }
        long[] times = decodeTimes(stts, samples);
        long end = times[samples];
        if (ctts != null) {
            addOffsets(ctts, times, samples);
        }
        List<Double> keyframes = new ArrayList<>();
        double first = Double.MAX_VALUE;
        for (int i = 0; i < samples; i++) {
            first = Math.min(first, (double) times[i] / timescale);
        }
        for (int sample : sync(stss, samples)) {
            keyframes.add((double) times[sample] / timescale);
        }
        keyframes.sort(null);
        VideoFacts facts =
                new VideoFacts(samples, samples == 0 ? 0 : first, (double) end / timescale, keyframes, false);
        return new Mp4Track(handler, samples, bytes, facts);
    }

    /** The decode time of each sample, and the end of the last one behind them. */
    private static long[] decodeTimes(ByteBuffer stts, int samples) throws OutputCheck.Defect {
        long[] times = new long[samples + 1];
        int sample = 0;
        long time = 0;
        for (int i = 0; i < entries(stts, 8); i++) {
            int count = stts.getInt(8 + 8 * i);
            long delta = stts.getInt(12 + 8 * i) & 0xffffffffL;
            if (count < 0 || count > samples - sample) {
                throw new OutputCheck.Defect("the MP4 file times more samples than it has");
            }
            for (int n = 0; n < count; n++) {
                times[sample++] = time;
                time += delta;
            }
        }
        if (sample != samples) {
            throw new OutputCheck.Defect("the MP4 file has samples without a time");
        }
        times[samples] = time;
        return times;
    }

    private static void addOffsets(ByteBuffer ctts, long[] times, int samples) throws OutputCheck.Defect {
        int sample = 0;
        for (int i = 0; i < entries(ctts, 8); i++) {
            int count = ctts.getInt(8 + 8 * i);
            int offset = ctts.getInt(12 + 8 * i);
            if (count < 0 || count > samples - sample) {
                throw new OutputCheck.Defect("the MP4 file shifts more samples than it has");
            }
            for (int n = 0; n < count; n++) {
                times[sample++] += offset;
            }
        }
    }

    /** The indexes of the samples that decoding can start at: all of them where there is no table. */
    private static List<Integer> sync(@Nullable ByteBuffer stss, int samples) throws OutputCheck.Defect {
        List<Integer> sync = new ArrayList<>();
        if (stss == null) {
            for (int i = 0; i < samples; i++) {
                sync.add(i);
            }
            return sync;
        }
        for (int i = 0; i < entries(stss, 4); i++) {
            int number = stss.getInt(8 + 4 * i);
            if (number < 1 || number > samples) {
                throw new OutputCheck.Defect("the MP4 file names a keyframe that it does not have");
            }
            sync.add(number - 1);
        }
        return sync;
    }

    private static int entries(ByteBuffer table, int entrySize) throws OutputCheck.Defect {
        Mp4Reader.need(table, 8);
        long count = table.getInt(4) & 0xffffffffL;
        if (count > (table.limit() - 8) / entrySize) {
            throw new OutputCheck.Defect("the MP4 file's tables are cut short");
        }
        return (int) count;
    }
}
