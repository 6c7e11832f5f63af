package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reader of fragmented MP4 files with one track (ISO/IEC 14496-12, 8.8). Every number is checked against the bytes before it
 * is used; malformed input throws {@link MalformedMedia}.
 */
public final class FragmentedMp4 {

    /**
     * Initialization segment and media segment of a file.
     *
     * @param init {@code ftyp} and {@code moov}
     * @param media every {@code moof} with its {@code mdat}
     */
    @SuppressWarnings("ArrayRecordComponent") // Immutable by convention; copies would double the traffic.
    public record Parts(byte[] init, byte[] media) {}

    /**
     * Summary of all fragments of a media segment. Times are in the track's timescale.
     *
     * @param duration sum of the samples' durations
     * @param samples number of samples
     */
    public record Fragment(long duration, int samples) {}

    /**
     * Sample of a media segment. Times are in the track's timescale.
     *
     * @param pts composition time
     * @param dts decode time
     * @param sync whether decoding may start with it
     * @param offset index of its first byte in the media segment
     * @param size in bytes
     */
    public record Sample(long pts, long dts, boolean sync, int offset, int size) {}

    private FragmentedMp4() {}

    /** Splits a file; {@code styp}, {@code sidx}, {@code mfra} and free space are dropped. */
    public static Parts split(byte[] file) throws MalformedMedia {
        Mp4Box all = Mp4Box.all(file);
        ByteArrayOutputStream init = new ByteArrayOutputStream();
        ByteArrayOutputStream media = new ByteArrayOutputStream(file.length);
        boolean typed = false;
        boolean described = false;
        boolean inFragment = false;
        for (Mp4Box box = all.first(0); box != null; box = box.next(all)) {
            if (box.is("ftyp") && !typed) {
                typed = true;
                init.write(file, box.start(), box.size());
            } else if (box.is("moov") && typed && !described) {
                described = true;
                init.write(file, box.start(), box.size());
            } else if ((box.is("moof") && described && !inFragment) || (box.is("mdat") && inFragment)) {
                inFragment = box.is("moof");
                media.write(file, box.start(), box.size());
            } else if (inFragment || box.is("ftyp") || box.is("moov") || box.is("moof") || box.is("mdat")) {
                throw new MalformedMedia("the MP4 file's boxes are not in the order of a fragmented file");
            }
        }
        if (media.size() == 0 || inFragment) {
            throw new MalformedMedia("the MP4 file has no complete fragment");
        }
        return new Parts(init.toByteArray(), media.toByteArray());
    }

    /** Reads the video track of an initialization segment. */
    public static VideoTrackInfo track(byte[] init) throws MalformedMedia {
        return Mp4VideoTrack.of(init).info();
    }

    /** Summarises the fragments of a media segment. */
    public static Fragment fragment(byte[] media) throws MalformedMedia {
        long duration = 0;
        int samples = 0;
        for (Mp4Fragment fragment : Mp4Fragment.all(media)) {
            duration += fragment.duration();
            samples += fragment.samples().size();
        }
        return new Fragment(duration, samples);
    }

    /**
     * Shifts the times of a media segment and numbers its fragments, in place.
     *
     * @param delta added to every {@code baseMediaDecodeTime}, in the track's timescale
     * @param firstSequence {@code sequence_number} of the first fragment, modulo 2^32; the others follow
     */
    public static void rebase(byte[] media, long delta, long firstSequence) throws MalformedMedia {
        Mp4Box all = Mp4Box.all(media);
        List<Integer> times = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (Mp4Box box = all.first(0); box != null; box = box.next(all)) {
            if (box.is("moof")) {
                Mp4Box tfdt = box.child("traf").child("tfdt");
                if (tfdt.int8(0) != 1) {
                    throw new MalformedMedia("the MP4 fragment's decode time has 32 bits; required: 64");
                }
                times.add(tfdt.position(4, 8));
                numbers.add(box.child("mfhd").position(4, 4));
            }
        }
        for (int i = 0; i < times.size(); i++) {
            BigEndian.int64(media, times.get(i), BigEndian.int64(media, times.get(i)) + delta);
            BigEndian.int32(media, numbers.get(i), (int) (firstSequence + i));
        }
    }

    /**
     * Returns a media segment as one fragment of a duration: that of its last sample is changed.
     *
     * @param duration in the track's timescale
     * @throws MalformedMedia if the last sample begins behind that
     */
    public static byte[] lasting(byte[] media, long duration) throws MalformedMedia {
        List<Sample> samples = samples(media);
        long base = samples.getFirst().dts();
        Mp4Writer data = new Mp4Writer();
        List<CmafFragment.Entry> entries = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            long next = i + 1 < samples.size() ? samples.get(i + 1).dts() : base + duration;
            long length = next - sample.dts();
            if (length <= 0 || length > Integer.MAX_VALUE) {
                throw new MalformedMedia("the MP4 fragment's last sample is outside of its duration");
            }
            int offset = (int) (sample.pts() - sample.dts());
            entries.add(new CmafFragment.Entry((int) length, sample.size(), sample.sync(), offset));
            data.bytes(media, sample.offset(), sample.size());
        }
        return CmafFragment.of(0, base, entries, data.bytes());
    }

    /** Returns the samples of a media segment in decoding order. */
    public static List<Sample> samples(byte[] media) throws MalformedMedia {
        List<Sample> samples = new ArrayList<>();
        for (Mp4Fragment fragment : Mp4Fragment.all(media)) {
            samples.addAll(fragment.samples());
        }
        return samples;
    }
}
