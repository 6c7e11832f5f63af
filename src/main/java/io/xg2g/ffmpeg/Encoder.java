package io.xg2g.ffmpeg;

import io.xg2g.gpu.Vendor;
import java.util.List;
import java.util.Locale;

/**
 * Supported encoders with their options.
 *
 * <p>Software encoders have a constant quality with a maximum bit rate, hardware encoders a bit rate. All produce a keyframe at
 * the start and every two seconds, closed GOPs, and no keyframes at scene cuts.
 */
enum Encoder {
    LIBX264("libx264", Codec.H264, Family.SOFTWARE),
    LIBX265("libx265", Codec.HEVC, Family.SOFTWARE),
    LIBSVTAV1("libsvtav1", Codec.AV1, Family.SOFTWARE),
    H264_NVENC(Codec.H264, Family.NVENC),
    HEVC_NVENC(Codec.HEVC, Family.NVENC),
    AV1_NVENC(Codec.AV1, Family.NVENC),
    H264_VAAPI(Codec.H264, Family.VAAPI),
    HEVC_VAAPI(Codec.HEVC, Family.VAAPI),
    AV1_VAAPI(Codec.AV1, Family.VAAPI),
    H264_QSV(Codec.H264, Family.QSV),
    HEVC_QSV(Codec.HEVC, Family.QSV),
    AV1_QSV(Codec.AV1, Family.QSV),
    H264_AMF(Codec.H264, Family.AMF),
    HEVC_AMF(Codec.HEVC, Family.AMF),
    AV1_AMF(Codec.AV1, Family.AMF);

    /** Encoder API, with its own filters. */
    enum Family {
        SOFTWARE,
        NVENC,
        VAAPI,
        QSV,
        AMF;

        /** Returns the families of a vendor's devices, preferred first. */
        static List<Family> of(Vendor vendor) {
            return switch (vendor) {
                case NVIDIA -> List.of(NVENC);
                case INTEL -> List.of(QSV, VAAPI);
                case AMD -> List.of(VAAPI, AMF);
                case SOFTWARE -> List.of(SOFTWARE);
            };
        }
    }

    /** Minimum bit rate of h264_qsv. */
    private static final int MIN_QSV_BITRATE = 1_000_000;

    private final String ffmpegName;
    private final Codec codec;
    private final Family family;

    Encoder(Codec codec, Family family) {
        this.ffmpegName = name().toLowerCase(Locale.ROOT);
        this.codec = codec;
        this.family = family;
    }

    Encoder(String ffmpegName, Codec codec, Family family) {
        this.ffmpegName = ffmpegName;
        this.codec = codec;
        this.family = family;
    }

    /** Returns ffmpeg's name ({@code -c:v}). */
    String ffmpegName() {
        return ffmpegName;
    }

    Codec codec() {
        return codec;
    }

    Family family() {
        return family;
    }

    /** Returns the encoders of a vendor's devices for a codec, preferred first. */
    static List<Encoder> candidates(Vendor vendor, Codec codec) {
        return Family.of(vendor).stream().map(family -> of(codec, family)).toList();
    }

    /** Returns the encoder with ffmpeg's name. */
    static Encoder named(String ffmpegName) {
        for (Encoder encoder : values()) {
            if (encoder.ffmpegName.equals(ffmpegName)) {
                return encoder;
            }
        }
        throw new IllegalArgumentException("no encoder " + ffmpegName);
    }

    private static Encoder of(Codec codec, Family family) {
        for (Encoder encoder : values()) {
            if (encoder.codec == codec && encoder.family == family) {
                return encoder;
            }
        }
        throw new IllegalArgumentException(family + " has no encoder for " + codec);
    }

    /** Returns whether it reorders frames (B-frames) unless {@code -bf 0} is set. */
    boolean reorders() {
        return family == Family.SOFTWARE || family == Family.AMF;
    }

    /** Returns the maximum frame width in pixels. */
    int maxWidth() {
        return family != Family.SOFTWARE && codec == Codec.H264 ? 4096 : 8192;
    }

    /** Returns the minimum frame width and height in pixels, below which the hardware fails to open. */
    int minSide() {
        return family == Family.SOFTWARE ? 16 : 128;
    }

    /**
     * Returns the options of one output.
     *
     * @param bitrate maximum bit rate in bits per second
     * @param buffer VBV buffer in bits
     * @param gop frames between keyframes
     * @param gpu CUDA ordinal of an NVIDIA device
     */
    List<String> options(int bitrate, int buffer, int gop, int gpu, String preset, int threads) {
        return switch (family) {
            case SOFTWARE -> software(bitrate, buffer, gop, preset, threads);
            case NVENC ->
                args(
                        "-gpu " + gpu + " -preset p4 -tune ll -rc vbr -bf 0 -forced-idr 1 -no-scenecut 1",
                        rate(bitrate, bitrate, buffer) + " -g " + gop);
            case VAAPI -> args("-rc_mode VBR -bf 0", rate(bitrate, bitrate, buffer) + " -g " + gop);
            case QSV -> {
                int target = Math.max(bitrate, MIN_QSV_BITRATE);
                int room = Math.max(buffer, (int) ((long) target * buffer / bitrate));
                // A maximum above the target selects VBR.
                yield args("-preset veryfast -bf 0 -forced_idr 1", rate(target, target + 1, room) + " -g " + gop);
            }
            case AMF ->
                args("-usage transcoding -rc cbr -qmin 0 -qmax 32", rate(bitrate, bitrate, buffer) + " -g " + gop);
        };
    }

    private List<String> software(int bitrate, int buffer, int gop, String preset, int threads) {
        String ceiling = "-maxrate " + bitrate + " -bufsize " + buffer;
        return switch (codec) {
            case H264 ->
                args(
                        "-preset " + preset + " -profile:v high -crf 23 " + ceiling,
                        "-g 600 -sc_threshold 0 -threads " + threads);
            case HEVC ->
                args(
                        "-preset " + preset + " -profile:v main -crf 26 " + ceiling + " -forced-idr 1",
                        "-x265-params log-level=warning:scenecut=0:open-gop=0:keyint=600:min-keyint=1:pools="
                                + threads);
            case AV1 ->
                args(
                        "-preset 10 -crf 35",
                        "-g " + gop + " -svtav1-params scd=0:mbr=" + bitrate / 1000 + ":lp=" + threads);
        };
    }

    private static String rate(int target, int max, int buffer) {
        return "-b:v " + target + " -maxrate " + max + " -bufsize " + buffer;
    }

    private List<String> args(String first, String second) {
        return List.of(("-c:v " + ffmpegName + " " + first + " " + second).split(" "));
    }
}
