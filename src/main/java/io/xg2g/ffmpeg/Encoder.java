package io.xg2g.ffmpeg;

import io.xg2g.gpu.Vendor;
import java.util.List;
import java.util.Locale;

/**
 * The encoders that are known, each with its command line.
 *
 * <p>Software encoders get a quality and a ceiling, hardware encoders a bit rate. Every one is told to start with a
 * keyframe and to place one every two seconds, closed GOPs, no scene cuts.
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

    /** A way to encode, with its own filters. */
    enum Family {
        SOFTWARE,
        NVENC,
        VAAPI,
        QSV,
        AMF;

        /** The families of a vendor's devices, best first. */
        static List<Family> of(Vendor vendor) {
            return switch (vendor) {
                case NVIDIA -> List.of(NVENC);
                case INTEL -> List.of(QSV, VAAPI);
                case AMD -> List.of(VAAPI, AMF);
                case SOFTWARE -> List.of(SOFTWARE);
            };
        }
    }

    /** h264_qsv refuses or ignores less. */
    private static final int LEAST_QSV_BITRATE = 1_000_000;

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

    /** ffmpeg's name ({@code -c:v}). */
    String ffmpegName() {
        return ffmpegName;
    }

    Codec codec() {
        return codec;
    }

    Family family() {
        return family;
    }

    /** The encoders of a vendor's devices for a codec, best first. */
    static List<Encoder> candidates(Vendor vendor, Codec codec) {
        return Family.of(vendor).stream().map(family -> of(codec, family)).toList();
    }

    /** The encoder of that name in ffmpeg. */
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

    /** Whether it sends pictures in another order than they are shown in, unless it is told not to ({@code -bf 0}). */
    boolean reorders() {
        return family == Family.SOFTWARE || family == Family.AMF;
    }

    /** The widest picture that it takes, in pixels. */
    int maxWidth() {
        return family != Family.SOFTWARE && codec == Codec.H264 ? 4096 : 8192;
    }

    /** The smallest width and height that it takes, in pixels: below them the hardware refuses to open. */
    int minSide() {
        return family == Family.SOFTWARE ? 16 : 128;
    }

    /**
     * The options of one output.
     *
     * @param bitrate ceiling in bits a second
     * @param buffer the decoder's buffer in bits, by which the ceiling may be exceeded for a while
     * @param gop frames in two seconds
     * @param gpu the ordinal of an NVIDIA device
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
                int target = Math.max(bitrate, LEAST_QSV_BITRATE);
                int room = Math.max(buffer, (int) ((long) target * buffer / bitrate));
                // One bit more than the target is what makes QSV choose VBR.
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

    private static String rate(int target, int most, int buffer) {
        return "-b:v " + target + " -maxrate " + most + " -bufsize " + buffer;
    }

    private List<String> args(String first, String second) {
        return List.of(("-c:v " + ffmpegName + " " + first + " " + second).split(" "));
    }
}
