package io.xg2g.ffmpeg;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one CMAF fragment as ffmpeg writes it (ISO/IEC 14496-12, 8.8): {@code ftyp}, {@code moov}, {@code moof} and
 * {@code mdat}, in that order, with one track. Every number is checked against the file before it is used.
 */
final class FragmentReader {
    private static final int FTYP = 0x66747970;
    private static final int MOOV = 0x6d6f6f76;
    private static final int MOOF = 0x6d6f6f66;
    private static final int MDAT = 0x6d646174;
    private static final int TRAF = 0x74726166;
    private static final int TFHD = 0x74666864;
    private static final int TFDT = 0x74666474;
    private static final int TRUN = 0x7472756e;
    private static final List<Integer> ORDER = List.of(FTYP, MOOV, MOOF, MDAT);
    private static final double TIMESCALE = 90_000;
    private static final int MOST_SAMPLES = 10_000;
    private static final int NOT_SYNC = 0x10000;

    private long defaultDuration;
    private long defaultSize;
    private int defaultFlags;

    private FragmentReader() {}

    static VideoFacts read(ByteBuffer file) throws OutputCheck.Defect {
        List<ByteBuffer> boxes = new ArrayList<>();
        int at = 0;
        for (int type : ORDER) {
            ByteBuffer box = box(file, at, type);
            boxes.add(box);
            at += 8 + box.limit();
        }
        if (at != file.limit()) {
            throw new OutputCheck.Defect("the fragment is followed by something else");
        }
        return new FragmentReader().fragment(boxes.get(2), boxes.get(3).limit());
    }

    private VideoFacts fragment(ByteBuffer moof, long mediaBytes) throws OutputCheck.Defect {
        ByteBuffer traf = find(moof, TRAF);
        defaults(find(traf, TFHD));
        ByteBuffer tfdt = find(traf, TFDT);
        Mp4Reader.need(tfdt, 12);
        return samples(find(traf, TRUN), tfdt.getLong(4), mediaBytes);
    }

    private void defaults(ByteBuffer tfhd) throws OutputCheck.Defect {
        Mp4Reader.need(tfhd, 8);
        int flags = tfhd.getInt(0);
        int at = 8 + ((flags & 1) != 0 ? 8 : 0) + ((flags & 2) != 0 ? 4 : 0);
        Mp4Reader.need(tfhd, at + 4 * Integer.bitCount(flags & 0x38));
        if ((flags & 8) != 0) {
            defaultDuration = tfhd.getInt(at) & 0xffffffffL;
            at += 4;
        }
        if ((flags & 0x10) != 0) {
            defaultSize = tfhd.getInt(at) & 0xffffffffL;
            at += 4;
        }
        defaultFlags = (flags & 0x20) != 0 ? tfhd.getInt(at) : NOT_SYNC;
    }

    private VideoFacts samples(ByteBuffer trun, long base, long mediaBytes) throws OutputCheck.Defect {
        Mp4Reader.need(trun, 8);
        int flags = trun.getInt(0);
        int samples = trun.getInt(4);
        int at = 8 + ((flags & 1) != 0 ? 4 : 0);
        Mp4Reader.need(trun, at + ((flags & 4) != 0 ? 4 : 0));
        int firstFlags = (flags & 4) != 0 ? trun.getInt(at) : defaultFlags;
        at += (flags & 4) != 0 ? 4 : 0;
        int width = 4 * Integer.bitCount(flags & 0xf00);
        if (samples < 0 || samples > MOST_SAMPLES || (long) samples * width > trun.limit() - at) {
            throw new OutputCheck.Defect("the fragment's tables are cut short");
        }
        List<Double> keyframes = new ArrayList<>();
        long time = base;
        long first = Long.MAX_VALUE;
        long bytes = 0;
        for (int i = 0; i < samples; i++) {
            int field = at + i * width;
            long duration = (flags & 0x100) != 0 ? trun.getInt(field) & 0xffffffffL : defaultDuration;
            field += (flags & 0x100) != 0 ? 4 : 0;
            bytes += (flags & 0x200) != 0 ? trun.getInt(field) & 0xffffffffL : defaultSize;
            field += (flags & 0x200) != 0 ? 4 : 0;
            int own = (flags & 0x400) != 0 ? trun.getInt(field) : i == 0 ? firstFlags : defaultFlags;
            field += (flags & 0x400) != 0 ? 4 : 0;
            long shown = time + ((flags & 0x800) != 0 ? trun.getInt(field) : 0);
            first = Math.min(first, shown);
            if ((own & NOT_SYNC) == 0) {
                keyframes.add(shown / TIMESCALE);
            }
            time += duration;
        }
        if (bytes != mediaBytes) {
            throw new OutputCheck.Defect("the fragment has not as much media as its tables say");
        }
        return new VideoFacts(samples, first / TIMESCALE, (time - base) / TIMESCALE, keyframes, false);
    }

    private static ByteBuffer find(ByteBuffer parent, int type) throws OutputCheck.Defect {
        int at = 0;
        while (at + 8 <= parent.limit() && parent.getInt(at + 4) != type) {
            at += 8 + box(parent, at, parent.getInt(at + 4)).limit();
        }
        return box(parent, at, type);
    }

    private static ByteBuffer box(ByteBuffer parent, int at, int type) throws OutputCheck.Defect {
        long length = at + 8 <= parent.limit() ? parent.getInt(at) & 0xffffffffL : 0;
        if (length < 8 || length > parent.limit() - at || parent.getInt(at + 4) != type) {
            throw new OutputCheck.Defect("the fragment is not whole");
        }
        return parent.slice(at + 8, (int) length - 8);
    }
}
