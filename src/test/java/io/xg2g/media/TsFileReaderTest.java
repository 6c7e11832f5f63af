package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TsFileReaderTest {
    @TempDir
    Path directory;

    @Test
    void aStreamIsSummarised() throws Exception {
        VideoFacts facts = read(TsBuilder.stream(90_000));

        assertThat(facts.frames()).isEqualTo(20);
        assertThat(facts.firstTime()).isEqualTo(1.08);
        assertThat(facts.playingTime()).isEqualTo(Duration.ofMillis(800));
        assertThat(facts.keyframes()).containsExactly(1.08, 1.28, 1.48, 1.68);
        assertThat(facts.audio()).isTrue();
    }

    @Test
    void aTruncatedStreamIsRefused() {
        byte[] stream = TsBuilder.stream(0);

        assertRefused(Arrays.copyOf(stream, stream.length - 1), "the transport stream is truncated");
    }

    @Test
    void aLostSyncByteIsRefused() {
        byte[] stream = TsBuilder.stream(0);
        stream[stream.length - TsPacket.SIZE] = 0;

        assertRefused(stream, "the transport stream has a packet without a sync byte");
    }

    @Test
    void aStreamWithoutVideoIsRefused() {
        String message = "the transport stream announces no H.264 or HEVC video";
        assertRefused(new byte[0], message);
        assertRefused(
                new TsBuilder().tables(0x02).video(0, 0, true, new byte[10]).bytes(), message);
    }

    @Test
    void aFrameWithoutATimeIsRefused() {
        byte[] stream = new TsBuilder()
                .tables(TsProgram.H264)
                .video(0, 0, true, new byte[10])
                .bytes();
        int frame = stream.length - TsPacket.SIZE;
        stream[TsPacket.payload(stream, frame) + 7] = 0;

        assertRefused(stream, "the transport stream has a video frame without a PTS");
    }

    private void assertRefused(byte[] stream, String message) {
        assertThatExceptionOfType(MalformedMedia.class)
                .isThrownBy(() -> read(stream))
                .withMessage(message);
    }

    private VideoFacts read(byte[] stream) throws IOException, MalformedMedia {
        Path file = Files.write(directory.resolve("stream.ts"), stream);
        try (FileChannel channel = FileChannel.open(file)) {
            return TsFileReader.read(channel);
        }
    }
}
