package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.FrameOptions;
import io.xg2g.ffmpeg.FrameProcesses;
import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.ffmpeg.RtspTransport;
import io.xg2g.media.Jpeg;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of a transport stream that a camera joins at a keyframe, with a real decoder. */
class StreamImagesIT {
    private static final int PACKET = 188;

    @TempDir
    Path directory;

    private final Set<String> sizes = new HashSet<>();

    @Test
    void imagesBeginAtThePresent() throws Exception {
        byte[] stream = stream("320x180", "1");
        int joined = stream.length * 2 / 3 / PACKET * PACKET;
        Duration past = PastFrames.duration(List.of(Arrays.copyOf(stream, joined)));
        List<Long> times = times(stream, past);

        assertThat(past).isBetween(Duration.ofSeconds(2), Duration.ofMillis(5900));
        // The frames before the present have no images; of those after it there are as many as without the past.
        assertThat(Duration.ofNanos(times.getFirst())).isBetween(past.minusMillis(200), past.plusMillis(200));
        assertThat(times)
                .hasSizeBetween((int) (6000 - past.toMillis()) / 100 - 3, (int) (6000 - past.toMillis()) / 100 + 3);
    }

    /** As an encoder of an analogue camera sends them: 16:9 and 4:3 in 720x576. */
    @ParameterizedTest
    @CsvSource({"64/45, 640x360", "16/15, 480x360", "1, 450x360"})
    void imagesHaveSquarePixels(String pixelAspect, String size) throws Exception {
        images(stream("720x576", pixelAspect), Duration.ZERO, Optional.of(new FrameOptions.Size(640, 360)));

        assertThat(sizes).containsExactly(size);
    }

    /** Six seconds with one keyframe, and B-frames, whose first frame has the time 0. */
    private byte[] stream(String size, String pixelAspect) throws Exception {
        Path file = directory.resolve("stream.ts");
        Process made = new ProcessBuilder(String.format(
                                Locale.ROOT,
                                "ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=%s:r=25:d=6,setsar=%s"
                                        + " -c:v libx264 -preset ultrafast -bf 2 -g 500 -f mpegts %s",
                                size,
                                pixelAspect,
                                file)
                        .split(" "))
                .inheritIO()
                .start();
        assertThat(made.waitFor()).isZero();
        return Files.readAllBytes(file);
    }

    /** Returns the times of the images, ten for a second, from that of the first frame on. */
    private List<Long> times(byte[] stream, Duration skipped) throws Exception {
        return images(stream, skipped, Optional.empty());
    }

    private List<Long> images(byte[] stream, Duration skipped, Optional<FrameOptions.Size> size) throws Exception {
        FrameOptions options = new FrameOptions(10, 5, size, RtspTransport.TCP);
        List<Long> times = new ArrayList<>();
        FrameReader reader = new FrameReader(true, new FrameReader.Sink() {
            @Override
            public void image(Jpeg image, OptionalLong nanos) {
                times.add(nanos.orElseThrow());
                sizes.add(image.width() + "x" + image.height());
            }

            @Override
            public void invalid(String reason) {
                throw new AssertionError(reason);
            }
        });
        try (FrameProcesses processes = new FrameProcesses(directory)) {
            MediaProcess process = processes.startOfStream(options, skipped);
            Thread.ofPlatform().start(() -> {
                try (OutputStream stdin = process.stdin()) {
                    stdin.write(stream);
                } catch (IOException ended) {
                    throw new UncheckedIOException(ended);
                }
            });
            byte[] images = process.stdout().readAllBytes();
            reader.accept(images, images.length);
            process.close();
        }
        return times;
    }
}
