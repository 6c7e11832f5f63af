package io.xg2g.ffmpeg;

import io.xg2g.media.AudioCodec;
import io.xg2g.media.AudioOutput;
import io.xg2g.media.AudioRole;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.TsSelection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Command lines of long-lived children. All write MPEG-TS or JPEG images to stdout, unbuffered. */
final class MediaCommands {
    private static final String DEMO = "testsrc2=s=1280x720:r=25";
    private static final String DEMO_AUDIO = "sine=frequency=220:beep_factor=4:sample_rate=48000";
    /**
     * Drops audio after a gap of more than {@link CommandLine#MAX_GAP_SECONDS}: {@code aresample} would allocate its whole
     * silence at once. The caller starts a new run if no audio follows.
     */
    private static final String AUDIO_GAP_FILTER =
            "aselect='isnan(prev_selected_t)+lt(abs(t-prev_selected_t)," + CommandLine.MAX_GAP_SECONDS + ")'";

    /** Maximum time that one stream of an output waits for the other one. */
    private static final String MAX_INTERLEAVING_MICROS = "1000000";

    private static final int DEMO_GOP = 25;

    /** Allow-list of the demuxers of HTTP sources: also those of web radios. */
    static final String HTTP_FORMATS = CommandLine.FORMATS + ",mp3,aac,flac,wav";

    /** Filter of video that MPEG-TS cannot carry: its size in square pixels, up to 1080 lines. */
    private static final String ENCODED_SIZE = "scale=w='2*trunc(iw*sar/2)':h=ih,"
            + "scale=w='min(1920,iw)':h='min(1080,ih)':force_original_aspect_ratio=decrease:force_divisible_by=2"
            + ":out_range=tv,setsar=1,format=yuv420p";

    /** Options of the encoder of video that MPEG-TS cannot carry, with its times. */
    private static final List<String> ENCODED_VIDEO = List.of(
            "-fps_mode",
            "vfr",
            "-enc_time_base",
            CommandLine.TIME_BASE,
            "-c:v",
            "libx264",
            "-preset",
            "superfast",
            "-tune",
            "zerolatency",
            "-crf",
            "21",
            "-maxrate",
            "8M",
            "-bufsize",
            "8M",
            "-force_key_frames",
            "expr:gte(t,n_forced*2)",
            "-sc_threshold",
            "0",
            "-flags:v",
            "+cgop");

    private MediaCommands() {}

    /**
     * Returns a command that copies the first video of the MPEG-TS on stdin, and encodes its audio as AAC or copies it, with
     * equal timestamps. The output's program map has the languages and the roles.
     */
    static List<String> segmenter(String ffmpeg, SegmenterOptions options) {
        List<String> args = start(ffmpeg);
        listOfStreams(args);
        // Not every frame need have a timestamp (ISO/IEC 13818-1, 2.7.4), but the muxer wants them.
        add(args, "-copyts", "-fflags", "+genpts", "-protocol_whitelist", "pipe");
        args.addAll(Decoders.input());
        add(args, "-f", "mpegts", "-i", "pipe:0");
        if (options.video()) {
            add(args, "-map", "0:v:0", "-c:v", "copy");
        }
        audio(args, options.audio());
        add(args, "-avoid_negative_ts", "disabled");
        output(args);
        return List.copyOf(args);
    }

    /** Adds the options of an input of which only the list of streams is needed, not their frame rates; it may arrive late. */
    private static void listOfStreams(List<String> args) {
        add(args, "-probesize", "5000000", "-analyzeduration", "100000", "-fpsprobesize", "0");
    }

    /** Adds the audio tracks of the segmenter's output. */
    private static void audio(List<String> args, List<AudioOutput> outputs) {
        outputs.forEach(output -> add(args, "-map", "0:a:" + output.input()));
        for (int i = 0; i < outputs.size(); i++) {
            AudioTrackInfo track = outputs.get(i).track();
            String stream = ":a:" + i;
            if (track.codec() == AudioCodec.AAC) {
                CommandLine.aac(args, i, "128k");
                add(args, "-filter" + stream, AUDIO_GAP_FILTER + CommandLine.AUDIO_RESAMPLING);
            } else {
                add(args, "-c" + stream, "copy");
            }
            if (!track.language().isEmpty()) {
                add(args, "-metadata:s" + stream, "language=" + track.language());
            } else if (track.role() != AudioRole.MAIN) {
                // The role is in the descriptor of the language.
                add(args, "-metadata:s" + stream, "language=und");
            }
            add(args, "-disposition" + stream, disposition(track.role()));
        }
    }

    private static String disposition(AudioRole role) {
        return switch (role) {
            case MAIN -> "0";
            case DESCRIPTION -> "visual_impaired";
            case HEARING_IMPAIRED -> "hearing_impaired";
            case EFFECTS -> "clean_effects";
        };
    }

    /**
     * Returns a command that fetches a source and copies its first video and its audio, or encodes what MPEG-TS cannot carry; the
     * bytes of a transport stream over SRT and UDP are passed on unchanged. Of a camera the first audio is taken, of other
     * sources up to {@link TsSelection#MAX_AUDIO}.
     *
     * @param timeout maximum time without data
     * @param now current time, from which the times of images without any are counted
     */
    static List<String> grab(
            String ffmpeg, URI source, SourceKind kind, Duration timeout, GrabOptions options, Instant now) {
        List<String> args = start(ffmpeg);
        if (kind == SourceKind.SRT || kind == SourceKind.UDP) {
            unchanged(args, source, kind, timeout);
            return List.copyOf(args);
        }
        input(args, source, kind, timeout, options);
        // Without covers.
        add(args, "-map", "0:V:0?");
        boolean camera = kind == SourceKind.RTSP || kind == SourceKind.MJPEG;
        for (int i = 0; i < (camera ? 1 : TsSelection.MAX_AUDIO); i++) {
            add(args, "-map", "0:a:" + i + "?");
        }
        add(args, "-c", "copy");
        if (options.encodesVideo()) {
            add(args, "-vf", kind == SourceKind.MJPEG ? arrivalTimes(now) + "," + ENCODED_SIZE : ENCODED_SIZE);
            args.addAll(ENCODED_VIDEO);
        }
        if (options.encodesAudio()) {
            // The segmenter encodes it once more.
            CommandLine.aac(args, "256k");
            add(args, "-af", AUDIO_GAP_FILTER + CommandLine.AUDIO_RESAMPLING);
        }
        if (kind == SourceKind.RTSP && !options.encodesVideo()) {
            // A frame whose first packets were missed has no timestamp, which the MPEG-TS muxer rejects.
            add(args, "-bsf:v", "setts=pts=if(eq(PTS\\,NOPTS)\\,DTS\\,PTS)");
        }
        outputWithLanguages(args);
        return List.copyOf(args);
    }

    /**
     * Returns a filter that gives each frame the time of its arrival. The demuxer of MJPEG has times in units of 40 ms, by which two
     * images of a faster camera have the same one; the filter's own start changes whenever the size of the images does.
     */
    private static String arrivalTimes(Instant now) {
        return FilterGraph.SETTB + ",setpts=(RTCTIME-" + ChronoUnit.MICROS.between(Instant.EPOCH, now) + ")*0.09";
    }

    /**
     * Returns the command of an HLS source without ffmpeg's check of the names of segments, which may have any extension, or none: the
     * lists of formats and protocols bound what is read.
     */
    static List<String> withAnyExtension(List<String> command) {
        List<String> args = new ArrayList<>(command);
        args.addAll(args.indexOf("-i"), List.of("-extension_picky", "0"));
        return List.copyOf(args);
    }

    /** Adds the arguments of a command that reads bytes without looking at them. */
    private static void unchanged(List<String> args, URI source, SourceKind kind, Duration timeout) {
        if (kind == SourceKind.SRT) {
            srt(args, timeout, "data");
        } else {
            udp(args, timeout, "data");
        }
        add(args, "-f", "data", "-i", source.toString(), "-map", "0", "-c", "copy");
        add(args, "-flush_packets", "1", "-f", "data", "pipe:1");
    }

    private static void srt(List<String> args, Duration timeout, String format) {
        add(args, "-rw_timeout", micros(timeout));
        allow(args, "srt", format);
    }

    private static void udp(List<String> args, Duration timeout, String format) {
        add(args, "-timeout", micros(timeout), "-overrun_nonfatal", "1");
        allow(args, "udp", format);
    }

    private static String micros(Duration timeout) {
        return Long.toString(timeout.toNanos() / 1000);
    }

    private static void input(List<String> args, URI source, SourceKind kind, Duration timeout, GrabOptions options) {
        String micros = micros(timeout);
        switch (kind) {
            case RTSP -> {
                // The frame rate, which would take many frames, is not needed; a stream of the description may never be
                // sent.
                add(args, "-fpsprobesize", "0", "-analyzeduration", "1000000");
                RtspTransport transport = options.transport();
                add(args, "-rtsp_transport", transport.option());
                if (transport.mayBeUdp()) {
                    add(args, "-rtsp_flags", options.peerOnly() ? "prefer_tcp+filter_src" : "prefer_tcp");
                }
                add(args, "-timeout", micros);
                allow(args, transport.protocols(), "rtsp");
            }
            case HLS -> {
                add(args, "-rw_timeout", micros);
                allow(args, "http,tcp,crypto", "hls,mpegts,aac,mov");
            }
            case HTTP, HTTP_FILE -> {
                add(args, "-rw_timeout", micros);
                allow(args, "http,tcp", HTTP_FORMATS);
            }
            case MJPEG -> {
                // The images have no times.
                add(args, "-use_wallclock_as_timestamps", "1", "-rw_timeout", micros);
                allow(args, "http,tcp", "mpjpeg,mjpeg,jpeg_pipe");
            }
            case SRT -> srt(args, timeout, "mpegts");
            case UDP -> udp(args, timeout, "mpegts");
            case RTP -> {
                // It has no timeout: the reader of the output has one.
                allow(args, "rtp,udp", "rtp,sdp,mpegts");
            }
            case RTMP -> {
                add(args, "-rw_timeout", micros, "-rtmp_live", "live");
                String scheme = source.getScheme().toLowerCase(Locale.ROOT);
                allow(args, scheme.equals("rtmps") ? "rtmps,tls,tcp" : "rtmp,tcp", "flv,live_flv");
            }
            case FILE -> {
                add(args, "-stream_loop", "-1");
                allow(args, "file", CommandLine.FORMATS);
            }
        }
        add(args, "-i", kind == SourceKind.FILE ? CommandLine.url(Path.of(source)) : source.toString());
    }

    /**
     * Returns a command that fetches a source and writes its first video as JPEG images.
     *
     * <p>Before each image stdout has a line of the muxer {@code framecrc}: stream, DTS, PTS, duration, size, checksum
     * (Adler-32); before the first one also a line {@code #tb 0:} with the unit of these times.
     *
     * @param timeout maximum time without data
     */
    static List<String> frames(String ffmpeg, URI source, SourceKind kind, Duration timeout, FrameOptions options) {
        List<String> args = start(ffmpeg);
        if (kind == SourceKind.FILE || kind == SourceKind.HTTP_FILE) {
            add(args, "-re");
        }
        decoder(args);
        input(args, source, kind, timeout, GrabOptions.of(options.transport(), false));
        images(args, options, Duration.ZERO);
        return List.copyOf(args);
    }

    /**
     * Returns a command that writes the first video of the MPEG-TS on stdin as JPEG images, as {@link #frames}.
     *
     * @param skipped time from the first frame of which there are no images, unless they are copied
     */
    static List<String> framesOfStream(String ffmpeg, FrameOptions options, Duration skipped) {
        List<String> args = start(ffmpeg);
        decoder(args);
        listOfStreams(args);
        add(args, "-protocol_whitelist", "pipe");
        args.addAll(Decoders.input());
        add(args, "-f", "mpegts", "-i", "pipe:0");
        images(args, options, skipped);
        return List.copyOf(args);
    }

    /** One thread: more would each keep a frame back. */
    private static void decoder(List<String> args) {
        add(args, "-threads", "1");
    }

    private static void images(List<String> args, FrameOptions options, Duration skipped) {
        add(args, "-map", "0:v:0", "-map_metadata", "-1");
        if (options.quality() == FrameOptions.SOURCE_QUALITY) {
            add(args, "-c:v", "copy");
        } else {
            add(
                    args,
                    "-vf",
                    FilterGraph.images(options, skipped),
                    "-fps_mode",
                    "passthrough",
                    "-enc_time_base",
                    "1:1000");
            add(args, "-c:v", "mjpeg", "-q:v", Integer.toString(options.quality()), "-threads", "1");
        }
        add(args, "-f", "tee", "[f=framecrc:flush_packets=1]pipe:1|[f=image2pipe:flush_packets=1]pipe:1");
    }

    /** Returns a command that generates a test pattern with a clock, and a tone with a beep every second. */
    static List<String> demo(String ffmpeg, int threads) {
        List<String> args = start(ffmpeg);
        add(args, "-f", "lavfi", "-i", DEMO, "-f", "lavfi", "-i", DEMO_AUDIO);
        add(args, "-map", "0:v:0", "-map", "1:a:0", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "superfast");
        add(args, "-g", Integer.toString(DEMO_GOP), "-keyint_min", Integer.toString(DEMO_GOP), "-sc_threshold", "0");
        add(args, "-flags:v", "+cgop", "-b:v", "2M", "-maxrate", "2M", "-bufsize", "2M");
        add(args, "-threads", Integer.toString(threads), "-c:a", "aac", "-ac", "2", "-b:a", "128k");
        add(args, "-af", "volume=0.1");
        output(args);
        return List.copyOf(args);
    }

    static List<String> start(String ffmpeg) {
        List<String> args = new ArrayList<>(List.of(ffmpeg));
        add(args, "-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+warning");
        return args;
    }

    static void allow(List<String> args, String protocols, String formats) {
        add(args, "-protocol_whitelist", protocols, "-format_whitelist", formats);
        args.addAll(Decoders.input());
    }

    /** Adds the arguments of the output, without any metadata of the input. */
    static void output(List<String> args) {
        add(args, "-map_metadata", "-1");
        transportStream(args);
    }

    /** Adds the arguments of the output, with the languages of the input's streams. */
    static void outputWithLanguages(List<String> args) {
        add(args, "-map_metadata:g", "-1");
        transportStream(args);
    }

    private static void transportStream(List<String> args) {
        add(args, "-muxdelay", "0", "-muxpreload", "0", "-flush_packets", "1");
        // Without audio the video would wait for ten seconds.
        add(args, "-max_interleave_delta", MAX_INTERLEAVING_MICROS);
        add(args, "-f", "mpegts", "pipe:1");
    }

    private static void add(List<String> args, String... more) {
        args.addAll(List.of(more));
    }
}
