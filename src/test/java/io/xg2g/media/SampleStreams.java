package io.xg2g.media;

import io.xg2g.ffmpeg.TestMedia;
import java.nio.file.Path;

/** Transport streams as the segmenter writes them: copied video, AAC audio, the source's timestamps. */
final class SampleStreams {
    private static final String AAC = " -map 0:v:0? -map 0:a:0? -c:v copy -c:a aac -ac 2 -ar 48000 -b:a 128k -copyts"
            + " -muxdelay 0 -muxpreload 0 -f mpegts";

    private SampleStreams() {}

    /** 1080i25 H.264, open GOP, with AAC. */
    static Path h264() {
        return FfmpegTool.make("h264.ts", "-i " + TestMedia.h264Interlaced() + AAC);
    }

    /** 576i25 MPEG-2 with AAC. */
    static Path mpeg2() {
        return FfmpegTool.make("mpeg2.ts", "-i " + TestMedia.mpeg2() + AAC);
    }

    /** 720p50 HEVC of 10 bits with AAC. */
    static Path hevc() {
        return FfmpegTool.make("hevc.ts", "-i " + TestMedia.hevc10() + AAC);
    }

    /** 360p25 H.264 with AAC, four seconds around the wrap of the 33-bit clock. */
    static Path wrapping() {
        return FfmpegTool.make(
                "wrapping.ts",
                "-f lavfi -i testsrc2=s=640x360:r=25:d=4 -f lavfi -i sine=r=48000:d=4 -c:v libx264 -preset veryfast"
                        + " -pix_fmt yuv420p -g 25 -c:a aac -ac 2 -b:a 128k -output_ts_offset 95441.7 -muxdelay 0"
                        + " -muxpreload 0 -f mpegts");
    }
}
