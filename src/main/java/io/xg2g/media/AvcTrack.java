package io.xg2g.media;

import io.xg2g.media.NalUnits.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * H.264 track that browsers play without transcoding: remuxes transport packets into a CMAF track with a timescale of 90 kHz.
 * Immutable and thread-safe.
 */
public final class AvcTrack {
    private static final int IDR = 5;
    private static final int SPS = 7;
    private static final int PPS = 8;
    private static final int DELIMITER = 9;
    private static final int FILLER = 12;

    private static final int MAX_LEVEL = 42;
    private static final int MAX_WIDTH = 1920;
    private static final int MAX_HEIGHT = 1080;
    private static final int LENGTH_BYTES = 4;
    private static final int MAX_SETS = 0xff;
    private static final int MAX_SET_BYTES = 0xffff;

    private final AvcParameters parameters;
    private final List<byte[]> sps;
    private final List<byte[]> pps;

    private AvcTrack(AvcParameters parameters, List<byte[]> sps, List<byte[]> pps) {
        this.parameters = parameters;
        this.sps = sps;
        this.pps = pps;
    }

    /** Sample of a video frame, and the parameter sets in the frame. */
    @SuppressWarnings("ArrayRecordComponent") // Lives for one call.
    private record Sample(byte[] data, boolean idr, List<byte[]> sps, List<byte[]> pps) {}

    /**
     * Returns the track that begins with a frame.
     *
     * @return empty unless the frame is an IDR with its parameter sets: H.264, progressive, 8-bit 4:2:0, profiles up to
     *     High, levels up to 4.2, no larger than 1920 by 1080
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
                    && parameters.level() <= MAX_LEVEL
                    && parameters.width() <= MAX_WIDTH
                    && parameters.height() <= MAX_HEIGHT;
            return plays ? Optional.of(new AvcTrack(parameters, first.sps(), first.pps())) : Optional.empty();
        } catch (MalformedMedia unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Returns whether pictures that refer to the parameter sets of a keyframe can be interlaced; also if it has none that can be
     * read.
     */
    public static boolean mayBeInterlaced(VideoFrame keyframe) {
        List<byte[]> sets = sample(keyframe).sps();
        if (sets.isEmpty()) {
            return true;
        }
        byte[] set = sets.getFirst();
        try {
            return !AvcParameters.of(set, 0, set.length).progressive();
        } catch (MalformedMedia unreadable) {
            return true;
        }
    }

    /** Returns the description of the track. */
    public VideoTrackInfo info() {
        String codec = CodecName.avc("avc1", parameters.profile(), parameters.constraints(), parameters.level());
        return new VideoTrackInfo(codec, parameters.width(), parameters.height(), Ticks.PER_SECOND);
    }

    /** Returns the initialization segment; each call returns the same bytes. */
    public byte[] init() {
        Mp4Writer entry = new Mp4Writer();
        entry.box("avc1", () -> {
            entry.zeros(6).int16(1).zeros(16);
            entry.int16(parameters.width()).int16(parameters.height());
            // 72 dpi, one frame per sample, no compressor name, depth of 24 bits.
            entry.int32s(0x480000, 0x480000, 0).int16(1).zeros(32).int16(24).int16(-1);
            entry.box("avcC", () -> configuration(entry));
        });
        return CmafHeader.video(Ticks.PER_SECOND, parameters.width(), parameters.height(), entry.bytes());
    }

    /** Writes the AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). */
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

    /**
     * Returns a media segment of one fragment.
     *
     * @param sequence {@code sequence_number}, modulo 2^32
     * @param frames in decoding order, the first one an IDR
     * @param end decode time of the frame after the last one
     * @param shift ticks added to all times
     * @return empty if the frames do not belong to this track: other parameter sets, no IDR first, decode times that do not
     *     increase, no slices
     */
    public Optional<byte[]> fragment(long sequence, List<VideoFrame> frames, long end, long shift) {
        Mp4Writer data = new Mp4Writer();
        List<CmafFragment.Entry> entries = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            VideoFrame frame = frames.get(i);
            Sample sample = sample(frame);
            long next = i + 1 < frames.size() ? frames.get(i + 1).dts() : end;
            long duration = next - frame.dts();
            boolean valid = (i > 0 || sample.idr()) && sample.data().length > 0 && sameSets(sample);
            if (!valid || duration <= 0 || duration > Integer.MAX_VALUE) {
                return Optional.empty();
            }
            byte[] sets =
                    sample.idr() && (sample.sps().isEmpty() || sample.pps().isEmpty()) ? sets() : new byte[0];
            int offset = (int) (frame.pts() - frame.dts());
            int size = sets.length + sample.data().length;
            entries.add(new CmafFragment.Entry((int) duration, size, sample.idr(), offset));
            data.bytes(sets).bytes(sample.data());
        }
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(CmafFragment.of(sequence, frames.getFirst().dts() + shift, entries, data.bytes()));
    }

    /** Returns whether the parameter sets fit into a configuration record. */
    private static boolean fits(Sample sample) {
        return sample.pps().size() <= MAX_SETS
                && Stream.concat(sample.sps().stream(), sample.pps().stream())
                        .allMatch(set -> set.length <= MAX_SET_BYTES);
    }

    /** Returns the parameter sets as they precede a keyframe without them. */
    private byte[] sets() {
        Mp4Writer out = new Mp4Writer();
        Stream.concat(sps.stream(), pps.stream())
                .forEach(set -> out.int32(set.length).bytes(set));
        return out.bytes();
    }

    private boolean sameSets(Sample sample) {
        return sample.sps().stream().allMatch(set -> contains(sps, set))
                && sample.pps().stream().allMatch(set -> contains(pps, set));
    }

    /**
     * Converts a frame to a sample, without delimiters and filler data; without data if it has no slices. Parameter sets stay
     * in it: players on FFmpeg, and VLC, do not read the initialization segment behind a discontinuity.
     */
    private static Sample sample(VideoFrame frame) {
        byte[] data = NalUnits.elementary(frame.packets());
        Mp4Writer out = new Mp4Writer();
        List<byte[]> sps = new ArrayList<>();
        List<byte[]> pps = new ArrayList<>();
        boolean idr = false;
        boolean coded = false;
        for (Unit unit : NalUnits.annexB(data)) {
            switch (type(data, unit)) {
                case SPS -> {
                    addNew(sps, data, unit);
                    add(out, data, unit);
                }
                case PPS -> {
                    addNew(pps, data, unit);
                    add(out, data, unit);
                }
                case DELIMITER, FILLER -> {
                    // Not part of the samples of a track (ISO/IEC 14496-15, 5.3.2).
                }
                default -> {
                    idr |= type(data, unit) == IDR;
                    coded = true;
                    add(out, data, unit);
                }
            }
        }
        return new Sample(coded ? out.bytes() : new byte[0], idr, sps, pps);
    }

    private static void add(Mp4Writer out, byte[] data, Unit unit) {
        out.int32(unit.length()).bytes(data, unit.from(), unit.length());
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
