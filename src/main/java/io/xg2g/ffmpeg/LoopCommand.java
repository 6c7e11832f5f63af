package io.xg2g.ffmpeg;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Command line of a file that is played in a loop. Its video and audio are copied into MPEG-TS if that can carry them
 * completely, and encoded in software otherwise.
 */
final class LoopCommand {
    /** Allow-list of demuxers: those of {@link CommandLine#FORMATS}, and containers of audio. */
    static final String FORMATS = CommandLine.FORMATS + ",mp3,aac,ac3,eac3,flac,wav";

    /** Video codecs that MPEG-TS carries (ISO/IEC 13818-1, table 2-34). */
    private static final Set<String> VIDEO = Set.of("h264", "hevc", "mpeg2video", "mpeg1video", "mpeg4");

    /** Audio codecs that MPEG-TS carries under a stream type that every receiver of it knows. */
    private static final Set<String> AUDIO = Set.of("aac", "aac_latm", "mp1", "mp2", "mp3", "ac3", "eac3");

    /** Containers in which video has all its properties in the bitstream. */
    private static final Set<String> TRANSPORT = Set.of("mpegts", "mpeg");

    /** Frame rate to which slower video is raised: readers of a live stream take long pauses for an interruption. */
    private static final int MIN_RATE = 5;

    private static final RenditionSpec ENCODED = new RenditionSpec("loop", Codec.H264, 1080, 12_000_000, 60);

    private LoopCommand() {}

    /**
     * Returns the command, which writes MPEG-TS to stdout.
     *
     * @param streams of the file, with video or audio or both
     * @param threads of the decoder and the encoder
     */
    static List<String> of(String ffmpeg, Path file, InputStreams streams, int threads) {
        List<String> args = MediaCommands.start(ffmpeg);
        MediaInfo.Video video = streams.video();
        // Recordings need not have a timestamp in each packet (ISO/IEC 13818-1, 2.7.4).
        add(args, "-fflags", "+genpts", "-threads", Integer.toString(threads), "-stream_loop", "-1");
        MediaCommands.allow(args, "file", FORMATS);
        add(args, "-i", CommandLine.url(file));
        if (video != null) {
            if (isCopied(video, streams.format())) {
                add(args, "-map", "0:" + video.index(), "-c:v", "copy");
            } else {
                encode(video, threads, args);
            }
        }
        audio(streams.audio(), args);
        MediaCommands.outputWithLanguages(args);
        return List.copyOf(args);
    }

    private static void audio(List<MediaInfo.Audio> audio, List<String> args) {
        audio.forEach(stream -> add(args, "-map", "0:" + stream.index()));
        // Encoded once more by the segmenter.
        if (audio.stream().allMatch(LoopCommand::isCopied)) {
            add(args, "-c:a", "copy");
        } else if (audio.stream().noneMatch(LoopCommand::isCopied)) {
            CommandLine.aac(args, "256k");
        } else {
            for (int i = 0; i < audio.size(); i++) {
                if (isCopied(audio.get(i))) {
                    add(args, "-c:a:" + i, "copy");
                } else {
                    CommandLine.aac(args, i, "256k");
                }
            }
        }
    }

    private static boolean isCopied(MediaInfo.Audio audio) {
        return AUDIO.contains(audio.codec());
    }

    /**
     * Returns whether MPEG-TS can carry the video with its shape, times and headers. A rotation, the aspect ratio of a
     * container, and the headers of MPEG-4 in a container would need bitstream filters, which end after the first loop.
     */
    private static boolean isCopied(MediaInfo.Video video, String format) {
        boolean square = Math.abs(video.sampleAspectRatio() - 1) < 0.001;
        boolean complete =
                TRANSPORT.contains(format) || (square && !video.codec().equals("mpeg4"));
        return VIDEO.contains(video.codec()) && video.rotation() == 0 && complete && !isSlow(video);
    }

    private static boolean isSlow(MediaInfo.Video video) {
        return video.frameRate() > 0 && video.frameRate() < MIN_RATE;
    }

    private static void encode(MediaInfo.Video video, int threads, List<String> args) {
        List<RenditionSpec> specs = List.of(ENCODED);
        Rung rung = Rung.of(video, specs).getFirst();
        Rung made = isSlow(video) ? new Rung(ENCODED, rung.width(), rung.height(), MIN_RATE, true) : rung;
        add(
                args,
                "-filter_complex",
                FilterGraph.of(Encoder.Family.SOFTWARE, video, List.of(made), Rung.bobs(video, specs), false));
        add(args, "-map", "[v0]", "-fps_mode", "vfr", "-enc_time_base", CommandLine.TIME_BASE);
        args.addAll(Encoder.LIBX264.options(ENCODED.bitrate(), ENCODED.bitrate(), made.gop(), 0, "superfast", threads));
        add(args, "-bf", "0", "-force_key_frames", "expr:gte(t,n_forced*2)", "-flags:v", "+cgop");
        if (video.isHdr()) {
            args.addAll(ToneMapping.TAGS);
        }
    }

    private static void add(List<String> args, String... more) {
        args.addAll(List.of(more));
    }
}
