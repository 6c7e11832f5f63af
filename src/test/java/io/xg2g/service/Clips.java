package io.xg2g.service;

import io.xg2g.ffmpeg.TestMedia;
import java.nio.file.Path;
import java.util.List;

/** Clips for {@link TsServer}, with the length it needs and small enough for many at once. */
final class Clips {
    /** Number of the program of {@link #tracks}. */
    static final int PROGRAM = 28_106;

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

    /** Pitches of {@link #tracks}: German, its audio description, English and French. */
    static final List<Integer> PITCHES = List.of(440, 880, 1320, 1760);

    /**
     * H.264 with some of four audio tracks, each with its own pitch and PID: German in AAC, its audio description in MP2, English
     * in AC-3 with 5.1 channels, French in MP2.
     */
    static Path tracks(List<Integer> tracks) {
        StringBuilder inputs = new StringBuilder(video("256x144"));
        StringBuilder outputs = new StringBuilder(" -map 0:v -c:v libx264 -preset superfast -pix_fmt yuv420p -g 25"
                + " -sc_threshold 0 -flags:v +cgop -streamid 0:256");
        List<String> languages = List.of("deu", "deu", "eng", "fra");
        List<String> codecs = List.of("aac", "mp2", "ac3", "mp2");
        for (int i = 0; i < tracks.size(); i++) {
            int track = tracks.get(i);
            inputs.append(" -f lavfi -i sine=frequency=").append(PITCHES.get(track));
            inputs.append(":sample_rate=48000:duration=").append(TsServer.SECONDS);
            outputs.append(" -map ")
                    .append(i + 1)
                    .append(":a -c:a:")
                    .append(i)
                    .append(' ')
                    .append(codecs.get(track));
            outputs.append(" -ac:a:").append(i).append(track == 2 ? " 6" : " 2");
            outputs.append(" -metadata:s:a:").append(i).append(" language=").append(languages.get(track));
            outputs.append(" -disposition:a:").append(i).append(track == 1 ? " visual_impaired" : " 0");
            outputs.append(" -streamid ").append(i + 1).append(':').append(257 + track);
        }
        return TestMedia.encoded(
                "clip-tracks-" + PROGRAM + "-" + tracks + ".ts",
                inputs + outputs.toString() + " -f mpegts -mpegts_service_id " + PROGRAM);
    }

    private static String mpeg2Of(String size) {
        return video(size) + AUDIO + " -c:v mpeg2video -g 12 -bf 2 -sc_threshold 1000000000 -flags +cgop -b:v 400k"
                + MP2;
    }

    private static String video(String size) {
        return "-f lavfi -i testsrc2=s=" + size + ":r=25:d=" + TsServer.SECONDS;
    }
}
