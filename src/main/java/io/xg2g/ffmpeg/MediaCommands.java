package io.xg2g.ffmpeg;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The argument lists of long-lived children. All of them write MPEG-TS to stdout, packet by packet. */
final class MediaCommands {
    private static final String DEMO = "testsrc2=s=1280x720:r=25";
    private static final String DEMO_SOUND = "sine=frequency=220:beep_factor=4:sample_rate=48000";
    /**
     * Drops audio whose time is far from what came before: {@code aresample} would allocate all of the silence between
     * them at once. The caller begins a new run where none comes any more.
     */
    private static final String KEPT_AUDIO =
            "aselect='isnan(prev_selected_t)+lt(abs(t-prev_selected_t)," + CommandLine.LONGEST_GAP_SECONDS + ")'";

    private static final int DEMO_GOP = 25;

    private MediaCommands() {}

    /** Copies the first video of the MPEG-TS on stdin and makes its first audio AAC; times stay as they are. */
    static List<String> segmenter(String ffmpeg, SegmenterOptions options) {
        List<String> args = start(ffmpeg);
        // It needs to know the streams, not their frame rate; but their list may come late.
        add(args, "-probesize", "5000000", "-analyzeduration", "100000", "-fpsprobesize", "0");
        add(args, "-copyts", "-protocol_whitelist", "pipe");
        args.addAll(Decoders.input());
        add(args, "-f", "mpegts", "-i", "pipe:0");
        if (options.video()) {
            add(args, "-map", "0:v:0", "-c:v", "copy");
        }
        if (options.audio()) {
            add(args, "-map", "0:a:0", "-c:a", "aac", "-profile:a", "aac_low", "-ac", "2", "-ar", "48000");
            add(args, "-b:a", "128k", "-af", KEPT_AUDIO + ",aresample=async=1:min_hard_comp=0.01");
        }
        add(args, "-avoid_negative_ts", "disabled");
        output(args);
        return List.copyOf(args);
    }

    /**
     * Fetches a source and copies its first video and audio.
     *
     * @param timeout how long it may send nothing
     */
    static List<String> grab(String ffmpeg, URI source, SourceKind kind, Duration timeout) {
        List<String> args = start(ffmpeg);
        String micros = Long.toString(timeout.toNanos() / 1000);
        switch (kind) {
            case RTSP -> {
                add(args, "-rtsp_transport", "tcp", "-timeout", micros);
                allow(args, "tcp,tls,rtp", "rtsp");
            }
            case HLS -> {
                add(args, "-rw_timeout", micros);
                allow(args, "http,tcp,crypto", "hls,mpegts,aac,mov");
            }
            case HTTP -> {
                add(args, "-rw_timeout", micros);
                allow(args, "http,tcp", CommandLine.FORMATS);
            }
            case SRT -> {
                add(args, "-rw_timeout", micros);
                allow(args, "srt", "mpegts");
            }
            case UDP -> {
                add(args, "-timeout", micros, "-overrun_nonfatal", "1");
                allow(args, "udp", "mpegts");
            }
            case FILE -> {
                add(args, "-stream_loop", "-1");
                allow(args, "file", CommandLine.FORMATS);
            }
        }
        add(args, "-i", kind == SourceKind.FILE ? CommandLine.url(Path.of(source)) : source.toString());
        add(args, "-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy");
        if (kind == SourceKind.RTSP) {
            // A picture whose beginning was missed has no time, which MPEG-TS does not take.
            add(args, "-bsf:v", "setts=pts=if(eq(PTS\\,NOPTS)\\,DTS\\,PTS)");
        }
        output(args);
        return List.copyOf(args);
    }

    /** A moving picture with a running clock, and a tone with a beep at each second. */
    static List<String> demo(String ffmpeg, int threads) {
        List<String> args = start(ffmpeg);
        add(args, "-f", "lavfi", "-i", DEMO, "-f", "lavfi", "-i", DEMO_SOUND);
        add(args, "-map", "0:v:0", "-map", "1:a:0", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "superfast");
        add(args, "-g", Integer.toString(DEMO_GOP), "-keyint_min", Integer.toString(DEMO_GOP), "-sc_threshold", "0");
        add(args, "-flags:v", "+cgop", "-b:v", "2M", "-maxrate", "2M", "-bufsize", "2M");
        add(args, "-threads", Integer.toString(threads), "-c:a", "aac", "-ac", "2", "-b:a", "128k");
        add(args, "-af", "volume=0.1");
        output(args);
        return List.copyOf(args);
    }

    private static List<String> start(String ffmpeg) {
        List<String> args = new ArrayList<>(List.of(ffmpeg));
        add(args, "-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+warning");
        return args;
    }

    private static void allow(List<String> args, String protocols, String formats) {
        add(args, "-protocol_whitelist", protocols, "-format_whitelist", formats);
        args.addAll(Decoders.input());
    }

    private static void output(List<String> args) {
        add(args, "-map_metadata", "-1", "-muxdelay", "0", "-muxpreload", "0", "-flush_packets", "1");
        add(args, "-f", "mpegts", "pipe:1");
    }

    private static void add(List<String> args, String... more) {
        args.addAll(List.of(more));
    }
}
