package io.xg2g.media;

import java.util.ArrayList;
import java.util.List;

/** Writer of a fragment of a CMAF track (ISO/IEC 23000-19, 7.3.2.3): {@code moof} and {@code mdat}. */
final class CmafFragment {
    private static final int TRACK = 1;
    private static final int BASE_IS_MOOF = 0x020000;
    private static final int DEFAULT_DURATION = 0x000008;
    private static final int DEFAULT_FLAGS = 0x000020;
    private static final int DATA_OFFSET = 0x000001;
    private static final int DURATION = 0x000100;
    private static final int SIZE = 0x000200;
    private static final int FLAGS = 0x000400;
    private static final int OFFSET = 0x000800;

    /** Sample flags: depends on no other sample; depends on others and is not a sync sample (ISO/IEC 14496-12, 8.8.3.1). */
    private static final int SYNC = 0x02000000;

    private static final int NON_SYNC = 0x01010000;

    /**
     * Sample with its own duration and flags.
     *
     * @param duration in the track's timescale
     * @param size in bytes
     * @param sync whether it is a sync sample
     * @param offset composition time minus decode time
     */
    record Entry(int duration, int size, boolean sync, int offset) {}

    /** Track run: the defaults, the flags of the fields that each sample has, and their values. */
    @SuppressWarnings("ArrayRecordComponent") // Lives for one call.
    private record Run(int defaults, int[] defaultValues, int fields, int samples, int[] values) {}

    private CmafFragment() {}

    /**
     * Writes sync samples of one duration.
     *
     * @param stretch time by which the first one lasts longer
     */
    static byte[] uniform(long sequence, long baseTime, int duration, int stretch, int[] sizes, byte[] data) {
        if (stretch > 0) {
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < sizes.length; i++) {
                entries.add(new Entry(duration + (i == 0 ? stretch : 0), sizes[i], true, 0));
            }
            return of(sequence, baseTime, entries, data);
        }
        int[] defaults = {duration, SYNC};
        Run run = new Run(DEFAULT_DURATION | DEFAULT_FLAGS, defaults, SIZE, sizes.length, sizes);
        return write(sequence, baseTime, run, data);
    }

    /** Writes samples with all their fields. */
    static byte[] of(long sequence, long baseTime, List<Entry> entries, byte[] data) {
        int[] values = new int[4 * entries.size()];
        int at = 0;
        for (Entry entry : entries) {
            values[at++] = entry.duration();
            values[at++] = entry.size();
            values[at++] = entry.sync() ? SYNC : NON_SYNC;
            values[at++] = entry.offset();
        }
        Run run = new Run(0, new int[0], DURATION | SIZE | FLAGS | OFFSET, entries.size(), values);
        return write(sequence, baseTime, run, data);
    }

    private static byte[] write(long sequence, long baseTime, Run run, byte[] data) {
        Mp4Writer out = new Mp4Writer();
        int[] dataOffset = new int[1];
        out.box("moof", () -> {
            out.box("mfhd", 0, 0, () -> out.int32((int) sequence));
            out.box("traf", () -> {
                out.box(
                        "tfhd",
                        0,
                        BASE_IS_MOOF | run.defaults(),
                        () -> out.int32(TRACK).int32s(run.defaultValues()));
                out.box("tfdt", 1, 0, () -> out.int64(baseTime));
                // Version 1: offsets may be negative.
                out.box("trun", 1, DATA_OFFSET | run.fields(), () -> {
                    out.int32(run.samples());
                    dataOffset[0] = out.size();
                    out.int32(0).int32s(run.values());
                });
            });
        });
        out.patch(dataOffset[0], out.size() + 8);
        out.box("mdat", () -> out.bytes(data));
        return out.bytes();
    }
}
