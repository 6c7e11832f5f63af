package io.xg2g.ffmpeg;

import java.nio.file.Path;
import java.util.Locale;

/** Broadcast and camera streams as MPEG-TS with audio: real structure, small frames. */
public enum LiveMedia {
    /** As 1080i25: H.264, open GOP, B-pyramid, with AC-3. */
    INTERLACED_25(
            "320x192",
            "50",
            "-vf interlace=scan=tff,format=yuv420p -c:v libx264 -preset superfast -flags +ilme+ildct -x264-params"
                    + " tff=1:open-gop=1:keyint=25:min-keyint=25:bframes=3:b-pyramid=normal -c:a ac3 -ac 2",
            50,
            1),
    /** As 576i25: MPEG-2, GOP of 12 frames, with MP2. */
    MPEG2_25(
            "256x160",
            "50",
            "-vf interlace=scan=tff,setsar=64/45,format=yuv420p -c:v mpeg2video -flags +ilme+ildct -g 12 -bf 2"
                    + " -b:v 1M -c:a mp2 -b:a 192k",
            50,
            1),
    /** As 720p50: H.264, closed GOP of a second, with AAC. */
    PROGRESSIVE_50(
            "320x180",
            "50",
            "-vf format=yuv420p -c:v libx264 -preset superfast -g 50 -bf 2 -flags +cgop -c:a aac",
            50,
            1),
    /** As 1080p29.97: H.264, GOP of two seconds with scene cuts, with AAC. */
    PROGRESSIVE_2997(
            "320x180",
            "30000/1001",
            "-vf format=yuv420p -c:v libx264 -preset superfast -g 60 -bf 3 -c:a aac",
            30_000,
            1001),
    /** As 1080i29.97: H.264, open GOP; its fields lie between the ticks of the clock. */
    INTERLACED_2997(
            "320x192",
            "60000/1001",
            "-vf interlace=scan=tff,format=yuv420p -c:v libx264 -preset superfast -flags +ilme+ildct -x264-params"
                    + " tff=1:open-gop=1:keyint=30:bframes=3 -c:a ac3 -ac 2",
            60_000,
            1001),
    /** As 1080p25: HEVC, open GOP, with AAC. */
    HEVC_25(
            "320x180",
            "25",
            "-vf format=yuv420p -c:v libx265 -preset superfast -x265-params"
                    + " log-level=error:keyint=25:open-gop=1:bframes=4 -c:a aac",
            25,
            1);

    private static final int SECONDS = 24;
    private static final int LONG_SECONDS = 62;

    private final String input;
    private final String encoding;
    private final int rateNumerator;
    private final int rateDenominator;

    LiveMedia(String size, String rate, String encoding, int rateNumerator, int rateDenominator) {
        this.input = "testsrc2=s=%s:r=%s".formatted(size, rate);
        this.encoding = encoding;
        this.rateNumerator = rateNumerator;
        this.rateDenominator = rateDenominator;
    }

    /** A file of 24 s, encoded on first use. */
    public Path file() {
        return file(SECONDS);
    }

    /** The same for 62 s. */
    Path longFile() {
        return file(LONG_SECONDS);
    }

    private Path file(int seconds) {
        return TestMedia.encoded(
                "live-" + name().toLowerCase(Locale.ROOT) + ".ts",
                "-f lavfi -i %s:d=%d -f lavfi -i sine=r=48000:d=%d %s -f mpegts"
                        .formatted(input, seconds, seconds, encoding));
    }

    /** Frame rate of its windows: the field rate for interlaced video. */
    double rate() {
        return (double) rateNumerator / rateDenominator;
    }
}
