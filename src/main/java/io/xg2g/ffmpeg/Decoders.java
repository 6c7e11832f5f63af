package io.xg2g.ffmpeg;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Allow-list of decoders ({@code -codec_whitelist}) and limit of the frame size ({@code -max_pixels}), for every command line
 * that opens media. Most of ffmpeg's vulnerabilities are in its hundreds of decoders of formats that are not broadcast.
 */
final class Decoders {
    /** Maximum pixels of a frame: 8192 by 4320. */
    static final int MAX_PIXELS = 8192 * 4320;

    /** Names of the codecs for messages. */
    static final String NAMES =
            "H.264, HEVC, AV1, VP8, VP9, MPEG-1, MPEG-2, MPEG-4, VC-1, WMV, H.263, Theora, MJPEG, DV, ProRes and DNxHD video;"
                    + " AAC, AC-3, E-AC-3, MP2, MP3, DTS, TrueHD, Opus, Vorbis, FLAC, ALAC, WMA, AMR, ADPCM, G.711, G.722,"
                    + " G.726 and PCM audio";

    private static final String VIDEO = "h264,h264_qsv,hevc,hevc_qsv,av1,av1_qsv,libdav1d,libaom-av1,vp8,libvpx,vp9"
            + ",vp9_qsv,libvpx-vp9,mpeg1video,mpeg2video,mpeg2_qsv,mpeg4,vc1,wmv3,mjpeg,prores,dnxhd"
            // Of AVI, ASF, OGG, MXF and of older phones.
            + ",wmv1,wmv2,msmpeg4v2,msmpeg4,h263,flv,theora,dvvideo";
    private static final String AUDIO = "aac,aac_latm,ac3,eac3,mp1,mp1float,mp2,mp2float,mp3,mp3float,dca,mlp,truehd"
            + ",opus,libopus,vorbis,libvorbis,flac,alac,g722,g726,g726le,s302m,pcm_alaw,pcm_mulaw,pcm_bluray,pcm_dvd"
            + ",pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be"
            + ",pcm_f64le,pcm_f64be,wmav1,wmav2,wmapro,amrnb,amrwb,adpcm_ms,adpcm_ima_wav";

    /** Value of {@code -codec_whitelist}: ffmpeg's names of the decoders, separated by commas. */
    static final String ALLOWED = VIDEO + "," + AUDIO;

    /**
     * Codecs of cover images and subtitles, allowed for ffprobe: it opens a decoder for every stream, without decoding packets,
     * and fails if it may not. ffmpeg opens decoders of decoded streams only.
     */
    private static final Set<String> STILL_IMAGES = Set.of("png", "bmp", "gif", "tiff", "webp");

    private static final String SUBTITLES =
            "ass,ssa,subrip,srt,mov_text,text,webvtt,dvbsub,dvdsub,pgssub,xsub,cc_dec,libzvbi_teletextdec";

    private static final Pattern REFUSED = Pattern.compile("Codec \\(([^)]{1,64})\\) not on whitelist");
    private static final Pattern REFUSED_FORMAT =
            Pattern.compile("\\[([\\w,]{1,64})(?: @ \\w+)?] (?:\\[error] )?Format not on whitelist");
    private static final Pattern TOO_LARGE =
            Pattern.compile("Picture size (\\d{1,10})x(\\d{1,10}) exceeds specified max pixel count");

    private Decoders() {}

    /** Returns the input options of ffmpeg, which precede {@code -i}. */
    static List<String> input() {
        return List.of("-codec_whitelist", ALLOWED, "-max_pixels", Integer.toString(MAX_PIXELS));
    }

    /** Returns the options of ffprobe: those of {@link #input()}, and decoders of covers and subtitles. */
    static List<String> probe() {
        return List.of(
                "-codec_whitelist",
                ALLOWED,
                "-codec_whitelist:v",
                ALLOWED + "," + String.join(",", STILL_IMAGES),
                "-codec_whitelist:s",
                SUBTITLES,
                "-max_pixels",
                Integer.toString(MAX_PIXELS));
    }

    /** Returns the failure if stderr reports a decoder that is not allowed or a frame that is too large. */
    static Optional<Failure> refusal(String stderr) {
        return refusal(stderr, "");
    }

    /**
     * Returns the failure if stderr reports a decoder that is not allowed or a frame that is too large.
     *
     * @param container name of the input's container; empty if unknown
     */
    static Optional<Failure> refusal(String stderr, String container) {
        Matcher codec = REFUSED.matcher(stderr);
        return tooLarge(stderr)
                .or(() -> codec.find() ? Optional.of(refused(codec.group(1), container)) : Optional.empty());
    }

    /** Returns the name of the container that stderr reports as not allowed. */
    static Optional<String> refusedContainer(String stderr) {
        Matcher format = REFUSED_FORMAT.matcher(stderr);
        return format.find() ? Optional.of(format.group(1)) : Optional.empty();
    }

    /** Returns the failure if stderr reports a frame that is too large. */
    static Optional<Failure> tooLarge(String stderr) {
        Matcher size = TOO_LARGE.matcher(stderr);
        return size.find()
                ? Optional.of(Failure.unsupported(String.format(
                        Locale.ROOT,
                        "the frame size is %sx%s; the limit is %d pixels (8192x4320)",
                        size.group(1),
                        size.group(2),
                        MAX_PIXELS)))
                : Optional.empty();
    }

    /** Returns whether a codec is one of still images, which are never decoded. */
    static boolean isStillImage(String codec) {
        return STILL_IMAGES.contains(codec);
    }

    /**
     * Returns the failure of an input with a codec that is not allowed.
     *
     * @param codec ffmpeg's name of the codec
     * @param container name of the input's container; empty if unknown
     */
    static Failure refused(String codec, String container) {
        String place = container.isEmpty() ? "" : " in " + container;
        return Failure.unsupported("the codec " + codec + place + " is not supported; supported: " + NAMES);
    }
}
