package io.xg2g.media;

import io.xg2g.media.NalUnits.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * H.264 that browsers play as it is, out of transport packets into a CMAF track with the timescale of 90 kHz. Nothing is
 * encoded. Immutable, for any thread.
 */
public final class AvcTrack {
    private static final int IDR = 5;
    private static final int SPS = 7;
    private static final int PPS = 8;
    private static final int DELIMITER = 9;
    private static final int FILLER = 12;

    private static final int HIGHEST_LEVEL = 42;
    private static final int WIDEST = 1920;
    private static final int HIGHEST = 1080;
    private static final int LENGTH_BYTES = 4;
    private static final int MOST_SETS = 0xff;
    private static final int LARGEST_SET = 0xffff;

    private final AvcParameters parameters;
    private final List<byte[]> sps;
    private final List<byte[]> pps;

    private AvcTrack(AvcParameters parameters, List<byte[]> sps, List<byte[]> pps) {
        this.parameters = parameters;
        this.sps = sps;
        this.pps = pps;
    }

    /** A picture as a sample, and the parameter sets that came with it. */
    @SuppressWarnings("ArrayRecordComponent") // Lives for one call.
    private record Sample(byte[] data, boolean idr, List<byte[]> sps, List<byte[]> pps) {}

    /**
     * The track that begins with the picture.
     *
     * @return empty unless it is an IDR picture with its parameter sets, of H.264, progressive, 8-bit 4:2:0, in the
     *     profiles up to High, the levels up to 4.2, and no larger than 1920 by 1080
     */
    public static Optional<AvcTrack> of(TsProgram program, VideoFrame idr) {
        if (program.videoStreamType() != TsProgram.H264) {
            return Optional.empty();
        }
        Sample first = sample(idr);
        if (!first.idr() || first.sps().size() != 1 || first.pps().isEmpty() || !fits(first)) {
            return Optional.empty();
        }
        try {
            byte[] set = first.sps().getFirst();
            AvcParameters parameters = AvcParameters.of(set, 0, set.length);
            boolean plays = parameters.simple()
                    && parameters.progressive()
                    && parameters.level() <= HIGHEST_LEVEL
                    && parameters.width() <= WIDEST
                    && parameters.height() <= HIGHEST;
            return plays ? Optional.of(new AvcTrack(parameters, first.sps(), first.pps())) : Optional.empty();
        } catch (MalformedMedia unreadable) {
            return Optional.empty();
        }
    }

    /** What the track is. */
    public VideoTrackInfo info() {
        String codec = CodecName.avc("avc1", parameters.profile(), parameters.constraints(), parameters.level());
        return new VideoTrackInfo(codec, parameters.width(), parameters.height(), Ticks.PER_SECOND);
    }

    /** The initialization segment; the same bytes whenever it is asked for. */
    public byte[] init() {
        Mp4Writer entry = new Mp4Writer();
        entry.box("avc1", () -> {
            entry.zeros(6).int16(1).zeros(16);
            entry.int16(parameters.width()).int16(parameters.height());
            // 72 dpi, one frame a sample, no name, 24 bits deep.
            entry.int32s(0x480000, 0x480000, 0).int16(1).zeros(32).int16(24).int16(-1);
            entry.box("avcC", () -> configuration(entry));
        });
        return CmafHeader.video(Ticks.PER_SECOND, parameters.width(), parameters.height(), entry.bytes());
    }

    /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). */
    private void configuration(Mp4Writer out) {
        out.int8(1).int8(parameters.profile()).int8(parameters.constraints()).int8(parameters.level());
        out.int8(0xfc | (LENGTH_BYTES - 1));
        out.int8(0xe0 | sps.size());
        sps.forEach(set -> out.int16(set.length).bytes(set));
        out.int8(pps.size());
        pps.forEach(set -> out.int16(set.length).bytes(set));
        if (parameters.profile() == AvcParameters.HIGH) {
            // 4:2:0, 8 bits of luma and chroma, no extensions.
            out.int8(0xfc | 1).int8(0xf8).int8(0xf8).int8(0);
        }
    }

    /** Whether the picture has a slice of an IDR. */
    public boolean isIdr(VideoFrame picture) {
        byte[] data = NalUnits.elementary(picture.packets());
        return NalUnits.annexB(data).stream().anyMatch(unit -> type(data, unit) == IDR);
    }

    /**
     * A media segment of one fragment.
     *
     * @param sequence the fragment's number, taken modulo 2^32
     * @param pictures in decoding order, the first one an IDR
     * @param end decode time of the picture behind the last one, on the clock of the pictures
     * @param shift ticks added to all times
     * @return empty if the pictures do not belong to this track: other parameter sets, no IDR first, times that do not
     *     rise, no slices
     */
    public Optional<byte[]> fragment(long sequence, List<VideoFrame> pictures, long end, long shift) {
        Mp4Writer data = new Mp4Writer();
        List<CmafFragment.Entry> entries = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            VideoFrame picture = pictures.get(i);
            Sample sample = sample(picture);
            long next = i + 1 < pictures.size() ? pictures.get(i + 1).dts() : end;
            long duration = next - picture.dts();
            boolean ours = (i > 0 || sample.idr()) && sample.data().length > 0 && sameSets(sample);
            if (!ours || duration <= 0 || duration > Integer.MAX_VALUE) {
                return Optional.empty();
            }
            int offset = (int) (picture.pts() - picture.dts());
            entries.add(new CmafFragment.Entry((int) duration, sample.data().length, sample.idr(), offset));
            data.bytes(sample.data());
        }
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(CmafFragment.of(sequence, pictures.getFirst().dts() + shift, entries, data.bytes()));
    }

    /** What a configuration record can count and measure. */
    private static boolean fits(Sample sample) {
        return sample.pps().size() <= MOST_SETS
                && Stream.concat(sample.sps().stream(), sample.pps().stream())
                        .allMatch(set -> set.length <= LARGEST_SET);
    }

    private boolean sameSets(Sample sample) {
        return sample.sps().stream().allMatch(set -> contains(sps, set))
                && sample.pps().stream().allMatch(set -> contains(pps, set));
    }

    /** What the initialization segment holds, and what only a transport stream needs, is left out of the sample. */
    private static Sample sample(VideoFrame picture) {
        byte[] data = NalUnits.elementary(picture.packets());
        Mp4Writer out = new Mp4Writer();
        List<byte[]> sps = new ArrayList<>();
        List<byte[]> pps = new ArrayList<>();
        boolean idr = false;
        for (Unit unit : NalUnits.annexB(data)) {
            switch (type(data, unit)) {
                case SPS -> addNew(sps, data, unit);
                case PPS -> addNew(pps, data, unit);
                case DELIMITER, FILLER -> {
                    // Not part of the samples of a track (ISO/IEC 14496-15, 5.3.2).
                }
                default -> {
                    idr |= type(data, unit) == IDR;
                    out.int32(unit.length()).bytes(data, unit.from(), unit.length());
                }
            }
        }
        return new Sample(out.bytes(), idr, sps, pps);
    }

    private static void addNew(List<byte[]> sets, byte[] data, Unit unit) {
        byte[] set = Arrays.copyOfRange(data, unit.from(), unit.to());
        if (!contains(sets, set)) {
            sets.add(set);
        }
    }

    private static boolean contains(List<byte[]> sets, byte[] set) {
        return sets.stream().anyMatch(known -> Arrays.equals(known, set));
    }

    private static int type(byte[] data, Unit unit) {
        return data[unit.from()] & 0x1f;
    }
}
