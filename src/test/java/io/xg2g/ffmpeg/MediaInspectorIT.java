package io.xg2g.ffmpeg;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.xg2g.process.ProcessPriority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediaInspectorIT {
    @TempDir
    static Path directory;

    static TranscodingSetup engine;

    @BeforeAll
    static void start() {
        engine = new TranscodingSetup(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void broadcastVideoIsDescribed() {
        MediaInfo media = engine.media(TestMedia.h264Interlaced());

        assertThat(media.format()).isEqualTo("mpegts");
        assertThat(media.duration().toMillis() / 1000.0).isCloseTo(3, within(0.1));
        assertThat(media.video()).isEqualTo(new MediaInfo.Video("h264", 1920, 1080, "yuv420p", true, 25, 1));
        assertThat(media.audio()).isEqualTo(new MediaInfo.Audio(1, "ac3", 48_000, 2));
    }

    @Test
    void nonSquarePixelsAreDescribed() {
        assertThat(engine.media(TestMedia.mpeg2()).video())
                .isEqualTo(new MediaInfo.Video("mpeg2video", 720, 576, "yuv420p", true, 25, 64.0 / 45));
    }

    @Test
    void tenBitVideoIsDescribed() {
        assertThat(engine.media(TestMedia.hevc10()).video())
                .isEqualTo(new MediaInfo.Video("hevc", 1280, 720, "yuv420p10le", false, 50, 1));
    }

    @Test
    void rotatedVideoIsDescribed() {
        assertThat(engine.media(TestMedia.rotated()).video().rotation() % 180).isEqualTo(90);
    }

    @Test
    void aDeletedFileIsADiskFailure() {
        assertThat(engine.inspector.inspect(directory.resolve("gone.ts"), ProcessPriority.NORMAL))
                .isInstanceOfSatisfying(
                        Inspection.Rejected.class,
                        rejected -> assertThat(rejected.failure().kind()).isEqualTo(Failure.Kind.DISK));
    }

    @Test
    void videoWithoutAudioHasNone() {
        assertThat(engine.media(TestMedia.silent()).audio()).isNull();
    }

    @Test
    void damagedVideoIsStillVideo() {
        assertThat(engine.media(TestMedia.truncated()).video().width()).isEqualTo(640);
        assertThat(engine.media(TestMedia.bitFlipped()).video().width()).isEqualTo(640);
    }

    @Test
    void eightKIsAccepted() {
        assertThat(engine.media(TestMedia.eightK()).video().height()).isEqualTo(4320);
    }

    @Test
    void interlacingIsReadFromTheStreamAndNotFromItsSize() {
        assertThat(engine.media(TestMedia.progressive576()).video().interlaced())
                .isFalse();
        assertThat(engine.media(TestMedia.bottomFirst()).video().interlaced()).isTrue();
    }

    @Test
    void otherFilesAreRejectedWithTheReason() throws IOException {
        assertThat(refusal(TestMedia.audioOnly())).isEqualTo("the input has audio but no video");
        assertThat(refusal(TestMedia.tiny16()))
                .isEqualTo("the frame size is 16x16; each side must have at least 32 pixels");
        assertThat(refusal(TestMedia.jpeg())).isEqualTo("the input is a JPEG image, not a video");
        assertThat(refusal(TestMedia.text())).isEqualTo("the input is text, not a video");
        assertThat(refusal(Files.createFile(directory.resolve("empty")))).isEqualTo("the input is empty");
        assertThat(refusal(Files.write(directory.resolve("noise"), noise()))).startsWith("the input has no supported");
    }

    @Test
    void incompleteFilesAreNamed() throws IOException {
        byte[] whole = Files.readAllBytes(TestMedia.rotated());
        Path withoutIndex = Files.write(directory.resolve("incomplete.mp4"), Arrays.copyOf(whole, whole.length / 2));
        Path headOnly = Files.write(directory.resolve("incomplete.avi"), "RIFF\0\0\1\0AVI LIST".getBytes(ISO_8859_1));

        assertThat(refusal(withoutIndex)).startsWith("the MP4 or MOV input has no index (moov)");
        assertThat(refusal(headOnly)).startsWith("the headers of the AVI input cannot be read");
    }

    @Test
    void aScrambledRecordingIsNamed() throws IOException {
        byte[] film = Files.readAllBytes(TestMedia.h264Interlaced());
        for (int packet = 0; packet + 188 <= film.length; packet += 188) {
            int pid = ((film[packet + 1] & 0x1f) << 8) | (film[packet + 2] & 0xff);
            if (pid == 0x100 || pid == 0x101) {
                film[packet + 3] |= (byte) 0x80;
                for (int i = packet + 4; i < packet + 188; i++) {
                    film[i] ^= 0x5a;
                }
            }
        }

        Path scrambled = Files.write(directory.resolve("scrambled.ts"), film);

        assertThat(engine.inspector.inspect(scrambled, ProcessPriority.NORMAL))
                .isInstanceOfSatisfying(Inspection.Rejected.class, rejected -> {
                    assertThat(rejected.failure().kind()).isEqualTo(Failure.Kind.SCRAMBLED);
                    assertThat(rejected.failure().detail()).startsWith("the input is scrambled");
                });
    }

    @Test
    void aPlaylistNamingOtherFilesIsNotFollowed() throws IOException {
        Path list = Files.writeString(
                directory.resolve("list.ts"), "#EXTM3U\n#EXTINF:2,\nfile:" + TestMedia.progressive() + "\n");

        assertThat(refusal(list)).isEqualTo("the input is text, not a video");
    }

    private static byte[] noise() {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static String refusal(Path file) {
        Failure failure = ((Inspection.Rejected) engine.inspector.inspect(file, ProcessPriority.NORMAL)).failure();
        assertThat(failure.kind()).isEqualTo(Failure.Kind.UNSUPPORTED_MEDIA);
        return failure.detail();
    }
}
