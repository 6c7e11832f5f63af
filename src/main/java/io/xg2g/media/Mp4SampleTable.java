package io.xg2g.media;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sample table of one MP4 track (ISO/IEC 14496-12, 8.6 and 8.7).
 *
 * @param handler {@code handler_type}, four characters: {@code vide}, {@code soun} or another
 * @param bytes size of all samples
 * @param facts summary of its samples, each of which counts as a frame; {@code audio} is not set
 */
record Mp4SampleTable(int handler, long bytes, VideoFacts facts) {
    private static final int MAX_SAMPLES = 1_000_000;

    /** Bytes of the version, the flags and {@code entry_count}, before the entries. */
    private static final int TABLE_HEADER = 8;

    /** Reads a {@code trak} box. */
    static Mp4SampleTable of(Mp4Box trak) throws MalformedMedia {
        Mp4Box mdia = trak.child("mdia");
        Mp4Box mdhd = mdia.child("mdhd");
        // Version 1 has 64-bit times before the time scale (8.4.2).
        long timescale = mdhd.uint32(mdhd.int8(0) == 1 ? 20 : 12);
        if (timescale == 0) {
            throw new MalformedMedia("the MP4 file has a track with the timescale 0");
        }
        Mp4Box stbl = mdia.child("minf").child("stbl");
        Mp4Box stsz = stbl.child("stsz");
        int samples = samples(stsz);
        long bytes = bytes(stsz, samples);
        long[] times = decodeTimes(stbl.child("stts"), samples);
        double duration = (double) times[samples] / timescale;
        Mp4Box ctts = stbl.find("ctts");
        if (ctts != null) {
            addOffsets(ctts, times, samples);
        }
        long first = samples == 0 ? 0 : Long.MAX_VALUE;
        for (int i = 0; i < samples; i++) {
            first = Math.min(first, times[i]);
        }
        List<Double> keyframes = new ArrayList<>();
        for (int sample : syncSamples(stbl.find("stss"), samples)) {
            keyframes.add((double) times[sample] / timescale);
        }
        keyframes.sort(null);
        VideoFacts facts = new VideoFacts(samples, (double) first / timescale, duration, keyframes, false);
        return new Mp4SampleTable(mdia.child("hdlr").int32(8), bytes, facts);
    }

    private static int samples(Mp4Box stsz) throws MalformedMedia {
        long samples = stsz.uint32(8);
        if (samples > MAX_SAMPLES) {
            throw new MalformedMedia("the MP4 file has a track of more than " + MAX_SAMPLES + " samples");
        }
        return (int) samples;
    }

    private static long bytes(Mp4Box stsz, int samples) throws MalformedMedia {
        long uniform = stsz.uint32(4);
        if (uniform != 0) {
            return samples * uniform;
        }
        long bytes = 0;
        for (int i = 0; i < samples; i++) {
            bytes += stsz.uint32(12 + 4 * i);
        }
        return bytes;
    }

    /** Returns the decode time of each sample, followed by the end of the last one. */
    private static long[] decodeTimes(Mp4Box stts, int samples) throws MalformedMedia {
        long[] times = new long[samples + 1];
        int sample = 0;
        long time = 0;
        int entries = entries(stts, 8);
        for (int i = 0; i < entries; i++) {
            long count = stts.uint32(TABLE_HEADER + 8 * i);
            long delta = stts.uint32(TABLE_HEADER + 4 + 8 * i);
            if (count > samples - sample) {
                throw new MalformedMedia("the MP4 file times more samples than it has");
            }
            for (int n = 0; n < count; n++) {
                times[sample++] = time;
                time += delta;
            }
        }
        if (sample != samples) {
            throw new MalformedMedia("the MP4 file has samples without a decode time");
        }
        times[samples] = time;
        return times;
    }

    /** Converts decode times to composition times. */
    private static void addOffsets(Mp4Box ctts, long[] times, int samples) throws MalformedMedia {
        int sample = 0;
        int entries = entries(ctts, 8);
        for (int i = 0; i < entries; i++) {
            long count = ctts.uint32(TABLE_HEADER + 8 * i);
            int offset = ctts.int32(TABLE_HEADER + 4 + 8 * i);
            if (count > samples - sample) {
                throw new MalformedMedia("the MP4 file has composition offsets for more samples than it has");
            }
            for (int n = 0; n < count; n++) {
                times[sample++] += offset;
            }
        }
    }

    /** Returns the indexes of the sync samples: all samples where the track has no table of them. */
    private static List<Integer> syncSamples(@Nullable Mp4Box stss, int samples) throws MalformedMedia {
        List<Integer> indexes = new ArrayList<>();
        if (stss == null) {
            for (int i = 0; i < samples; i++) {
                indexes.add(i);
            }
            return indexes;
        }
        int entries = entries(stss, 4);
        for (int i = 0; i < entries; i++) {
            long number = stss.uint32(TABLE_HEADER + 4 * i);
            if (number < 1 || number > samples) {
                throw new MalformedMedia("the MP4 file lists a sync sample that it does not have");
            }
            indexes.add((int) number - 1);
        }
        return indexes;
    }

    /** Returns {@code entry_count}, after a check that the box is large enough for it. */
    private static int entries(Mp4Box table, int entryBytes) throws MalformedMedia {
        long count = table.uint32(4);
        if (count > (table.end() - table.body() - TABLE_HEADER) / entryBytes) {
            throw new MalformedMedia("an MP4 box is truncated");
        }
        return (int) count;
    }
}
