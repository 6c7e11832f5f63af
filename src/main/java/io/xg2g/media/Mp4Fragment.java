package io.xg2g.media;

import io.xg2g.media.FragmentedMp4.Sample;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Movie fragment ({@code moof}) with one track and its samples (ISO/IEC 14496-12, 8.8.4 to 8.8.12).
 *
 * @param baseTime decode time of the first sample
 * @param duration sum of the samples' durations
 * @param samples at least one
 */
record Mp4Fragment(long baseTime, long duration, List<Sample> samples) {
    private static final int BASE_DATA_OFFSET = 0x000001;
    private static final int SAMPLE_DESCRIPTION = 0x000002;
    private static final int DEFAULT_DURATION = 0x000008;
    private static final int DEFAULT_SIZE = 0x000010;
    private static final int DEFAULT_FLAGS = 0x000020;
    private static final int BASE_IS_MOOF = 0x020000;

    private static final int DATA_OFFSET = 0x000001;
    private static final int FIRST_FLAGS = 0x000004;
    private static final int DURATION = 0x000100;
    private static final int SIZE = 0x000200;
    private static final int FLAGS = 0x000400;
    private static final int OFFSET = 0x000800;

    private static final int NON_SYNC = 0x010000;
    private static final int MAX_SAMPLES = 100_000;
    private static final long UNKNOWN = -1;

    /** Defaults of sample fields; {@link #UNKNOWN} if the fragment has no default. */
    private record Defaults(long duration, long size, long flags) {
        static Defaults of(Mp4Box tfhd) throws MalformedMedia {
            int flags = tfhd.int32(0);
            if ((flags & BASE_DATA_OFFSET) != 0 || (flags & BASE_IS_MOOF) == 0) {
                throw new MalformedMedia("the MP4 fragment's media is not placed relative to the fragment");
            }
            int at = (flags & SAMPLE_DESCRIPTION) != 0 ? 12 : 8;
            long duration = (flags & DEFAULT_DURATION) != 0 ? tfhd.uint32(at) : UNKNOWN;
            at += duration == UNKNOWN ? 0 : 4;
            long size = (flags & DEFAULT_SIZE) != 0 ? tfhd.uint32(at) : UNKNOWN;
            at += size == UNKNOWN ? 0 : 4;
            return new Defaults(duration, size, (flags & DEFAULT_FLAGS) != 0 ? tfhd.uint32(at) : UNKNOWN);
        }
    }

    /** Reads the fragments of a media segment, at least one. */
    static List<Mp4Fragment> all(byte[] media) throws MalformedMedia {
        List<Mp4Fragment> fragments = new ArrayList<>();
        Mp4Box all = Mp4Box.all(media);
        @Nullable Mp4Box moof = null;
        for (Mp4Box box = all.first(0); box != null; box = box.next(all)) {
            if (box.is("mdat") && moof != null) {
                fragments.add(new Reader(moof, box).read());
            }
            moof = box.is("moof") ? box : null;
        }
        if (fragments.isEmpty()) {
            throw new MalformedMedia("the MP4 file has no complete fragment");
        }
        return fragments;
    }

    /** Reader of the track runs of one fragment. */
    private static final class Reader {
        private final Mp4Box moof;
        private final Mp4Box mdat;
        private final List<Sample> samples = new ArrayList<>();
        /** Lowest index at which the next sample may begin: samples must not overlap. */
        private long free;

        private long time;
        private long data;

        Reader(Mp4Box moof, Mp4Box mdat) {
            this.moof = moof;
            this.mdat = mdat;
            this.data = mdat.body();
            this.free = data;
        }

        Mp4Fragment read() throws MalformedMedia {
            Mp4Box traf = moof.child("traf");
            Mp4Box tfdt = traf.child("tfdt");
            long base = tfdt.int8(0) == 1 ? tfdt.int64(4) : tfdt.uint32(4);
            if (base < 0 || base > Long.MAX_VALUE / 2) {
                throw new MalformedMedia("the MP4 fragment's decode time is out of range");
            }
            time = base;
            Defaults defaults = Defaults.of(traf.child("tfhd"));
            for (Mp4Box box = traf.first(0); box != null; box = box.next(traf)) {
                if (box.is("trun")) {
                    run(box, defaults);
                }
            }
            for (Mp4Box box = moof.first(0); box != null; box = box.next(moof)) {
                if (box.is("traf") && box.start() != traf.start()) {
                    throw new MalformedMedia("the MP4 fragment has more than one track");
                }
            }
            if (samples.isEmpty()) {
                throw new MalformedMedia("the MP4 fragment has no samples");
            }
            return new Mp4Fragment(base, time - base, samples);
        }

        private void run(Mp4Box trun, Defaults defaults) throws MalformedMedia {
            int flags = trun.int32(0);
            long count = trun.uint32(4);
            int at = 8;
            if ((flags & DATA_OFFSET) != 0) {
                data = (long) moof.start() + trun.int32(at);
                at += 4;
            }
            long firstFlags = UNKNOWN;
            if ((flags & FIRST_FLAGS) != 0) {
                firstFlags = trun.uint32(at);
                at += 4;
            }
            for (long i = 0; i < count; i++) {
                long duration = (flags & DURATION) != 0 ? trun.uint32(at) : defaults.duration;
                at += (flags & DURATION) != 0 ? 4 : 0;
                long size = (flags & SIZE) != 0 ? trun.uint32(at) : defaults.size;
                at += (flags & SIZE) != 0 ? 4 : 0;
                long own = (flags & FLAGS) != 0 ? trun.uint32(at) : defaults.flags;
                at += (flags & FLAGS) != 0 ? 4 : 0;
                // Version 0 is unsigned, but offsets are small.
                int offset = (flags & OFFSET) != 0 ? trun.int32(at) : 0;
                at += (flags & OFFSET) != 0 ? 4 : 0;
                sample(duration, size, i == 0 && firstFlags != UNKNOWN ? firstFlags : own, offset);
            }
        }

        /** Adds a sample. Empty samples are refused: a few bytes could declare billions of them. */
        private void sample(long duration, long size, long flags, int offset) throws MalformedMedia {
            if (duration == UNKNOWN || size == UNKNOWN || flags == UNKNOWN) {
                throw new MalformedMedia("the MP4 fragment relies on sample defaults outside of the fragment");
            }
            if (size == 0 || data < free || data + size > mdat.end()) {
                throw new MalformedMedia("the MP4 fragment's samples are outside of its mdat box");
            }
            samples.add(new Sample(time + offset, time, (flags & NON_SYNC) == 0, (int) data, (int) size));
            if (samples.size() > MAX_SAMPLES) {
                throw new MalformedMedia("the MP4 fragment has more than " + MAX_SAMPLES + " samples");
            }
            data += size;
            free = data;
            time += duration;
        }
    }
}
