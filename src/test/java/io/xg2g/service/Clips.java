package io.xg2g.service;

import io.xg2g.ffmpeg.TestMedia;
import java.nio.file.Path;

/** Clips for {@link TsServer}, with the length it needs and small enough for many at once. */
final class Clips {
    private static final String AUDIO = " -f lavfi -i sine=r=48000:d=" + TsServer.SECONDS;
    private static final String MP2 = " -c:a mp2 -b:a 96k -f mpegts";

    private Clips() {}

    /** MPEG-2 of 256 by 144, which has to be encoded for browsers, with MP2 of 96 kbit/s. */
    static Path mpeg2() {
        return TestMedia.encoded("clip-mpeg2.ts", mpeg2Of("256x144"));
    }

    /** The same with a larger frame size. */
    static Path larger() {
        return TestMedia.encoded("clip-larger.ts", mpeg2Of("320x192"));
    }

    /** H.264 that browsers support, with MP2. */
    static Path h264() {
        return TestMedia.encoded(
                "clip-h264.ts",
                video("256x144") + AUDIO
                        + " -c:v libx264 -preset superfast -pix_fmt yuv420p -g 25 -bf 2 -sc_threshold 0 -flags +cgop"
                        + MP2);
    }

    /** MP2 without video. */
    static Path radio() {
        return TestMedia.encoded("clip-radio.ts", AUDIO.strip() + MP2);
    }

    private static String mpeg2Of(String size) {
        return video(size) + AUDIO + " -c:v mpeg2video -g 12 -bf 2 -sc_threshold 1000000000 -flags +cgop -b:v 400k"
                + MP2;
    }

    private static String video(String size) {
        return "-f lavfi -i testsrc2=s=" + size + ":r=25:d=" + TsServer.SECONDS;
    }
}
