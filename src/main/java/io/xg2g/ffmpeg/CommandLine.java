package io.xg2g.ffmpeg;

import io.xg2g.gpu.Device;
import io.xg2g.media.Ticks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Command lines of units for ffmpeg 5.1 or newer: one process decodes the input once and encodes every rung. */
final class CommandLine {
    /**
     * Allow-list of demuxers ({@code -format_whitelist}): containers of video that refer to no other files, and elementary
     * streams. No still images, and no playlists.
     */
    static final String FORMATS = "mpegts,mov,matroska,flv,mpeg,avi,asf,mxf,ogg,ivf,h264,hevc,mpegvideo,m4v";

    /** Longest gap in an input, in seconds, that is filled with silence and repeated frames; longer ones are cut out. */
    static final int MAX_GAP_SECONDS = 60;

    /** Fills gaps with silence, and cuts overlaps, from 4 ms on; by default 100 ms pass. */
    static final String AUDIO_RESAMPLING = ",aresample=async=1:min_hard_comp=0.004";

    /** Ticks of the clock of MPEG, as {@code -video_track_timescale}, and as {@code -enc_time_base}. */
    private static final String TIMESCALE = Integer.toString(Ticks.PER_SECOND);

    static final String TIME_BASE = "1:" + TIMESCALE;

    /**
     * Fills gaps of at most {@link #MAX_GAP_SECONDS}: {@code aresample} allocates a whole gap at once. Variable 0 is the sum of
     * the gaps cut out.
     */
    private static final String AUDIO_FILTER = "asetpts='if(gt(abs(PTS-PREV_INPTS)*TB," + MAX_GAP_SECONDS
            + "),st(0,ld(0)+PTS-PREV_INPTS-NB_SAMPLES/SR/TB));PTS-ld(0)'" + AUDIO_RESAMPLING;

    /** Keyframe interval of windows, in frames: more than any has, since one that follows its source's keyframes lasts up to 2.4 s. */
    private static final int WINDOW_GOP = 600;

    private static final Set<String> DECODED_8_BIT = Set.of("h264", "hevc", "mpeg2video", "vp9", "av1");
    private static final Set<String> DECODED_10_BIT = Set.of("hevc", "vp9", "av1");

    private CommandLine() {}

    /**
     * Device and encoder of a unit.
     *
     * @param decodes whether the device decodes, too, what its decoders are made for
     */
    record Target(Device device, Encoder encoder, String preset, int threads, boolean decodes) {
        /** Returns whether the device decodes the video of a unit. */
        boolean decodes(TranscodeUnit unit) {
            return decodes
                    && unit.slate() == null
                    && decodesOn(encoder.family(), unit.source().video());
        }

        /** Returns the same, with decoding in software. */
        Target decodingInSoftware() {
            return new Target(device, encoder, preset, threads, false);
        }
    }

    /**
     * Returns the command of a ladder.
     *
     * @param files output file of each rung, in the order of the rungs
     * @param longest maximum playing time of outputs without a grid
     */
    static List<String> ladder(
            String ffmpeg, TranscodeUnit unit, List<Rung> rungs, List<Path> files, Target target, Duration longest) {
        MediaInfo.Video video = unit.source().video();
        Encoder.Family family = target.encoder().family();
        boolean onDevice = target.decodes(unit);
        MediaInfo.Audio audio =
                unit.container() == Container.CMAF ? null : unit.source().audio();
        List<String> args = start(ffmpeg);
        args.addAll(device(family, target.device(), onDevice, video));
        input(unit, target.threads(), args);
        add(args, "-filter_complex_threads", Integer.toString(target.threads()));
        add(args, "-filter_complex", graph(family, unit, rungs, onDevice));
        for (int i = 0; i < rungs.size(); i++) {
            add(args, "-map", "[v" + i + "]");
            if (audio != null) {
                add(args, "-map", "0:" + audio.index());
            }
            video(rungs.get(i), unit.container(), target, video.isHdr(), args);
            if (audio != null) {
                audio(args);
            }
            if (unit.grid() == null) {
                add(args, "-t", Long.toString(longest.toSeconds()));
            }
            output(unit.container(), files.get(i), args);
        }
        return List.copyOf(args);
    }

    private static String graph(Encoder.Family family, TranscodeUnit unit, List<Rung> rungs, boolean onDevice) {
        MediaInfo.Video video = unit.source().video();
        FrameGrid grid = unit.grid();
        Slate slate = unit.slate();
        if (grid != null && slate != null) {
            return FilterGraph.slate(family, video, rungs, grid, slate);
        }
        if (grid != null) {
            return FilterGraph.of(family, video, rungs, grid, onDevice);
        }
        boolean bob = Rung.bobs(video, rungs.stream().map(Rung::spec).toList());
        return FilterGraph.of(family, video, rungs, bob, onDevice);
    }

    /** Returns the command of a preview: one JPEG, decoded and encoded in software on every device. */
    static List<String> preview(String ffmpeg, TranscodeUnit unit, Rung.Size size, Path file, int threads) {
        List<String> args = start(ffmpeg);
        input(unit, threads, args);
        add(args, "-filter_complex", FilterGraph.preview(unit.source().video(), size, unit.grid()));
        add(args, "-map", "[v0]", "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "4", "-map_metadata", "-1");
        add(args, "-f", "mjpeg", url(file));
        return List.copyOf(args);
    }

    /** Returns a command that draws a letter, and so fails without the filter or a font; its output is discarded. */
    static List<String> drawText(String ffmpeg) {
        List<String> args = start(ffmpeg);
        add(args, "-f", "lavfi", "-i", "color=size=64x64:rate=1", "-vf", new Slate("x").filters());
        add(args, "-frames:v", "1", "-f", "null", "-");
        return List.copyOf(args);
    }

    /** Returns the URL of a local file, which no file name can turn into another protocol. */
    static String url(Path file) {
        return "file:" + file.toAbsolutePath();
    }

    static List<String> start(String ffmpeg) {
        List<String> args = new ArrayList<>(List.of(ffmpeg));
        add(args, "-nostdin", "-hide_banner", "-nostats", "-y", "-loglevel", "level+warning");
        add(args, "-progress", "pipe:1", "-stats_period", "0.5");
        return args;
    }

    private static void input(TranscodeUnit unit, int threads, List<String> args) {
        if (unit.grid() != null) {
            add(args, "-copyts");
        } else {
            // Longer gaps and jumps back are removed. (For MPEG-TS ffmpeg's own limit of ten seconds applies.)
            add(args, "-dts_error_threshold", Integer.toString(MAX_GAP_SECONDS));
        }
        add(args, "-threads", Integer.toString(threads), "-max_error_rate", "1");
        String format = unit.source().format();
        boolean image = format.equals(MediaInfo.JPEG);
        add(args, "-protocol_whitelist", "file", "-format_whitelist", image ? format : FORMATS);
        if (image) {
            add(args, "-f", format);
        }
        args.addAll(Decoders.input());
        add(args, "-i", url(unit.input()));
    }

    /** Returns the options that initialize the device, and decode on it if possible. */
    private static List<String> device(Encoder.Family family, Device device, boolean onDevice, MediaInfo.Video video) {
        List<String> args = new ArrayList<>();
        switch (family) {
            case NVENC -> {
                add(args, "-init_hw_device", "cuda=cu:" + device.index(), "-filter_hw_device", "cu");
                if (onDevice) {
                    add(args, "-hwaccel", "cuda", "-hwaccel_device", "cu", "-hwaccel_output_format", "cuda");
                    add(args, "-extra_hw_frames", "8");
                }
            }
            case VAAPI -> {
                add(args, "-init_hw_device", "vaapi=va:" + device.node(), "-filter_hw_device", "va");
                if (onDevice) {
                    add(args, "-hwaccel", "vaapi", "-hwaccel_device", "va", "-hwaccel_output_format", "vaapi");
                }
            }
            case QSV -> {
                add(args, "-init_hw_device", "vaapi=va:" + device.node(), "-init_hw_device", "qsv=qs@va");
                add(args, "-filter_hw_device", "qs");
                if (onDevice) {
                    add(args, "-hwaccel", "qsv", "-hwaccel_device", "qs", "-hwaccel_output_format", "qsv");
                    String codec = video.codec().equals("mpeg2video") ? "mpeg2" : video.codec();
                    add(args, "-c:v", codec + "_qsv");
                }
            }
            case SOFTWARE, AMF -> {
                // Decoding, deinterlacing and scaling in software.
            }
        }
        return args;
    }

    /** Returns whether the device decodes the video; rotation and tone mapping need software filters. */
    private static boolean decodesOn(Encoder.Family family, MediaInfo.Video video) {
        if (family == Encoder.Family.SOFTWARE
                || family == Encoder.Family.AMF
                || video.rotation() != 0
                || video.isHdr()) {
            return false;
        }
        return switch (video.pixelFormat()) {
            case "yuv420p", "yuvj420p" -> DECODED_8_BIT.contains(video.codec());
            case "yuv420p10le" -> DECODED_10_BIT.contains(video.codec());
            default -> false;
        };
    }

    private static void video(Rung rung, Container container, Target target, boolean hdr, List<String> args) {
        Encoder encoder = target.encoder();
        boolean window = container == Container.CMAF;
        // Time base of the encoder: 90 kHz, so that no two frames are rounded to one time.
        add(args, "-fps_mode", window ? "passthrough" : "vfr", "-enc_time_base", TIME_BASE);
        int bitrate = rung.spec().bitrate();
        // In two seconds a full buffer adds a quarter to the bit rate.
        int buffer = window ? bitrate / 2 : bitrate;
        args.addAll(encoder.options(
                bitrate,
                buffer,
                window ? WINDOW_GOP : rung.gop(),
                target.device().index(),
                target.preset(),
                target.threads()));
        if (!window) {
            add(args, "-force_key_frames", "expr:gte(t,n_forced*2)");
        } else if (encoder.reorders()) {
            // No reordering: decoding of a fragment begins at the start of its window with every encoder.
            add(args, "-bf", "0");
        }
        add(args, "-flags:v", "+cgop");
        if (window && encoder.codec() != Codec.AV1) {
            // Parameter sets in the segments: players on FFmpeg do not read the init segment behind a discontinuity.
            add(args, "-bsf:v", "dump_extra");
        }
        if (hdr) {
            args.addAll(ToneMapping.TAGS);
        }
        if (encoder.codec() == Codec.HEVC && container != Container.MPEG_TS) {
            add(args, "-tag:v", "hvc1");
        }
    }

    private static void audio(List<String> args) {
        aac(args, "128k");
        add(args, "-af", AUDIO_FILTER);
    }

    /** Adds the options of the audio encoder: AAC-LC in stereo at 48 kHz. */
    static void aac(List<String> args, String bitrate) {
        add(args, "-c:a", "aac", "-profile:a", "aac_low", "-ac", "2", "-ar", "48000", "-b:a", bitrate);
    }

    /** Adds the same options for one audio stream of the output, beside which others are copied. */
    static void aac(List<String> args, int stream, String bitrate) {
        String specifier = ":a:" + stream;
        add(args, "-c" + specifier, "aac", "-profile" + specifier, "aac_low", "-ac" + specifier, "2");
        add(args, "-ar" + specifier, "48000", "-b" + specifier, bitrate);
    }

    private static void output(Container container, Path file, List<String> args) {
        add(args, "-map_metadata", "-1", "-map_chapters", "-1", "-max_muxing_queue_size", "1024");
        switch (container) {
            case MP4 -> add(args, "-movflags", "+faststart", "-video_track_timescale", TIMESCALE);
            case CMAF -> {
                add(
                        args,
                        "-fflags",
                        "+bitexact",
                        "-video_track_timescale",
                        TIMESCALE,
                        "-avoid_negative_ts",
                        "disabled");
                add(args, "-use_editlist", "0", "-movflags", "+cmaf+frag_discont+skip_trailer");
            }
            case MPEG_TS -> add(args, "-muxdelay", "0", "-muxpreload", "0");
        }
        add(args, "-f", container.muxer(), url(file));
    }

    private static void add(List<String> args, String... more) {
        args.addAll(List.of(more));
    }
}
