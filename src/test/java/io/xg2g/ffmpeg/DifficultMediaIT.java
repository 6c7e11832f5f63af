package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.xg2g.media.VideoFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Media that MPEG-TS cannot carry, with lost audio, of high dynamic range: as uploads, and as files in a loop. */
@Timeout(300)
class DifficultMediaIT {
    /** One second of video with a tone. */
    private static final String SECOND =
            "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -f lavfi -i sine=r=48000:d=1 -pix_fmt yuv420p ";

    /** Complete packets. */
    private static final int ENOUGH = 2000 * 188;

    @TempDir
    static Path directory;

    static TranscodingSetup engine;

    @BeforeAll
    static void start() {
        engine = TranscodingSetup.withInstalledEncoders(directory, Map.of("software-preset", "superfast"));
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            vp8.webm  | -c:v libvpx -deadline realtime -cpu-used 8 -c:a libvorbis -f webm    | aac
            opus.mkv  | -c:v libx264 -preset ultrafast -bf 0 -g 25 -c:a libopus -f matroska  | aac
            pcm.mov   | -c:v mjpeg -pix_fmt yuvj420p -c:a pcm_s16le -f mov                   | aac
            part2.mp4 | -c:v mpeg4 -g 25 -c:a aac -f mp4                                     | aac
            video.avi | -c:v mpeg4 -g 25 -c:a libmp3lame -f avi                              | mp3
            """)
    void filesOfEveryCodecArePlayedInALoop(String name, String coding, String audio) throws Exception {
        Path looped = looped(TestMedia.encoded("second-" + name, SECOND + coding.strip()));

        MediaInfo made = engine.media(looped);
        VideoFacts facts = OutputCheck.video(looped, Container.MPEG_TS);

        assertThat(made.video().codec()).isEqualTo("h264");
        assertThat(made.video().width()).isEqualTo(160);
        assertThat(made.audio()).extracting(MediaInfo.Audio::codec).isEqualTo(audio);
        // More than one loop, without a jump.
        assertThat(facts.duration()).isGreaterThan(1.5);
        assertThat(facts.frames() / facts.duration()).isCloseTo(25, within(1.5));
    }

    @Test
    void rotatedVideoIsPlayedUpright() throws Exception {
        MediaInfo.Video video = engine.media(looped(TestMedia.rotated())).video();

        assertThat(video.width()).isEqualTo(360);
        assertThat(video.height()).isEqualTo(640);
        assertThat(video.rotation()).isZero();
    }

    @Test
    void aFileWithoutUsableStreamsIsNamed() {
        try (MediaProcess child = engine.processes.loop(
                TestMedia.encoded("red-cover.png", "-f lavfi -i color=red:d=0.1 -frames:v 1 -c:v png -f image2pipe"))) {
            assertThat(child.ended().join().kind()).isEqualTo(Failure.Kind.UNSUPPORTED_MEDIA);
        }
    }

    @ParameterizedTest
    @CsvSource({"smpte2084", "arib-std-b67"})
    void highDynamicRangeIsToneMapped(String transfer) throws Exception {
        // Reference white: 58 % of PQ, 75 % of HLG.
        int white = transfer.equals("smpte2084") ? 572 : 721;
        Path hdr = TestMedia.encoded(
                "white-" + transfer + ".mp4",
                "-f lavfi -i color=black:s=160x120:r=25:d=1,format=yuv420p10le,geq=lum=" + white
                        + ":cb=512:cr=512 -c:v libx265 -preset ultrafast -x265-params log-level=error"
                        + " -color_primaries bt2020 -color_trc " + transfer + " -colorspace bt2020nc -f mp4");

        Path made = produced(hdr);

        FfmpegTranscoderIT.Probed probed = FfmpegTranscoderIT.Probed.of(made);
        assertThat(probed.video().path("color_transfer").asText()).isEqualTo("bt709");
        assertThat(probed.video().path("color_primaries").asText()).isEqualTo("bt709");
        assertThat(probed.video().path("pix_fmt").asText()).isEqualTo("yuv420p");
        // 83 % of the signal from 16 to 235.
        assertThat(luma(made)).isCloseTo(202, within(6));
    }

    /** 576i in 4:3, then in 16:9: the sample aspect ratio changes alone. */
    @Test
    void eachPartOfAFileKeepsItsAspectRatio() throws Exception {
        String part = "-f lavfi -i color=white:s=720x576:r=25:d=1 -c:v mpeg2video -b:v 1M -f mpegts ";
        byte[] narrow = Files.readAllBytes(TestMedia.encoded("narrow.ts", part + "-aspect 4:3"));
        byte[] wide = Files.readAllBytes(TestMedia.encoded("wide.ts", part + "-aspect 16:9 -output_ts_offset 1"));
        Path both = directory.resolve("both.ts");
        Files.write(both, narrow);
        Files.write(both, wide, StandardOpenOption.APPEND);

        Path made = produced(both);

        // Rows of 640 pixels, of which the second part has 60 black ones at the top and at the bottom.
        byte[] frames = AvOffset.run("ffmpeg -nostdin -v error -i file:" + made
                + " -map 0:v:0 -vf crop=2:480:320:0,scale=1:480,format=gray -f rawvideo -");
        assertThat(frames.length / 480).isBetween(48, 50);
        assertThat(blackRows(frames, 5)).isZero();
        assertThat(blackRows(frames, 40)).isBetween(116L, 124L);
    }

    private static long blackRows(byte[] frames, int frame) {
        return IntStream.range(frame * 480, (frame + 1) * 480)
                .filter(row -> (frames[row] & 0xff) < 40)
                .count();
    }

    @Test
    void audioStaysWithTheVideoAfterLostFrames() throws Exception {
        String picture = "color=black:s=160x120:r=25:d=6,drawbox=c=white:t=fill:enable='lt(mod(t,1),0.04)'";
        String sound = "aevalsrc=0.8*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.04):s=48000:d=6";
        // Three frames of 24 ms each.
        Path lossy = TestMedia.encoded(
                "lossy.ts",
                "-f lavfi -i " + picture + " -f lavfi -i " + sound + " -c:v libx264 -preset ultrafast -pix_fmt yuv420p"
                        + " -c:a mp2 -bsf:a noise=drop='between(n,60,62)' -f mpegts");

        Path made = produced(lossy);

        for (int second = 1; second < 6; second++) {
            assertThat(AvOffset.offset(made, second)).as("second %d", second).isCloseTo(0, within(0.005));
        }
    }

    private static Path produced(Path input) {
        return switch (engine.run(engine.unit(input, "480p", Container.MP4))) {
            case TranscodeOutcome.Produced made -> made.renditions().getFirst().file();
            case TranscodeOutcome.Failed failed -> throw new AssertionError(failed.failure());
        };
    }

    /** Plays a file for some loops. */
    private static Path looped(Path file) throws IOException {
        Path played = directory.resolve(file.getFileName() + ".played.ts");
        try (MediaProcess child = engine.processes.loop(file);
                InputStream out = child.stdout()) {
            Files.write(played, out.readNBytes(ENOUGH));
        }
        return played;
    }

    private static int luma(Path file) throws Exception {
        byte[] pixels = AvOffset.run("ffmpeg -nostdin -v error -i file:" + file
                + " -frames:v 1 -vf scale=16:16 -pix_fmt yuv420p -f rawvideo -");
        return pixels[0] & 0xff;
    }
}
