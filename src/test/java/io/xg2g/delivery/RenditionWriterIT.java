package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.media.AacFrame;
import io.xg2g.media.AudioFrame;
import io.xg2g.media.FragmentedMp4;
import io.xg2g.media.TsBuilder;
import io.xg2g.media.TsDemuxer;
import io.xg2g.media.TsProgram;
import io.xg2g.media.TsSink;
import io.xg2g.media.VideoFrame;
import io.xg2g.packaging.PublishedWindows;
import io.xg2g.packaging.SegmentTimeline;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a viewer of a transport stream of renditions gets. Windows have 2 s, and numbers from 0 on. */
class RenditionWriterIT {
    private static final long WINDOW = 180_000;
    private static final long START = 10_000 * WINDOW;

    /** Frames of video in a window. */
    private static final int VIDEO_FRAMES = 50;

    /** Frames of audio in a window, in these tests. */
    private static final int AUDIO_FRAMES = 5;

    @TempDir
    Path directory;

    private final SegmentTimeline timeline =
            new SegmentTimeline(0, new AtomicLong()::getAndIncrement, Duration.ofMinutes(2), 1 << 30, _ -> {});
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private FragmentedMp4.Parts unit;
    private int windows;
    private boolean audible;

    @BeforeEach
    void encode() throws Exception {
        unit = FragmentedMp4.split(Files.readAllBytes(TestMedia.window()));
    }

    @Test
    void aViewerBeginsWithTheSecondNewestWindow() throws Exception {
        begin(true);
        publish(5);
        RenditionWriter writer = viewer();

        writer.write(timeline.early(), out);

        assertThat(writer.next()).isEqualTo(5);
        assertThat(received().video).containsExactlyElementsOf(videoOf(3, 4));
        assertThat(received().audio).isEqualTo(2 * AUDIO_FRAMES);
    }

    /** The video of the windows that it has missed is still there, but not their audio. */
    @Test
    void aViewerThatFallsFarBehindGoesOnWithAudio() throws Exception {
        begin(true);
        publish(2);
        RenditionWriter writer = viewer();
        writer.write(timeline.early(), out);
        publish(30);

        writer.write(timeline.early(), out);

        assertThat(writer.next()).isEqualTo(32);
        assertThat(received().video).containsExactlyElementsOf(videoOf(0, 1, 30, 31));
        assertThat(received().audio).isEqualTo(4 * AUDIO_FRAMES);
    }

    @Test
    void audioThatBeginsLaterIsHeard() throws Exception {
        begin(false);
        publish(2);
        RenditionWriter writer = viewer();
        writer.write(timeline.early(), out);
        begin(true);
        publish(3);

        writer.write(timeline.early(), out);

        assertThat(received().video).containsExactlyElementsOf(videoOf(0, 1, 2, 3, 4));
        assertThat(received().audio).isEqualTo(3 * AUDIO_FRAMES);
    }

    /** AV1 in transport streams is not standardized. */
    @Test
    void windowsWithoutARenditionThatCanBeCarriedAreLeftOut() throws Exception {
        begin(true);
        publish(2);
        RenditionWriter writer = viewer();
        begin("av01.0.05M.08");
        publish(2);

        writer.write(timeline.early(), out);

        assertThat(writer.next()).isEqualTo(4);
        assertThat(received().video).containsExactlyElementsOf(videoOf(0, 1));
    }

    private RenditionWriter viewer() {
        return new RenditionWriter(timeline, 720, Optional.empty(), timeline.early());
    }

    private void begin(boolean audio) {
        audible = audio;
        begin("avc1.64001f");
    }

    private void begin(String codec) {
        PublishedWindows.begin(timeline, START + windows * WINDOW, codec, unit.init(), audible);
    }

    private void publish(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            long start = START + windows++ * WINDOW;
            byte[] media = unit.media().clone();
            FragmentedMp4.rebase(
                    media, start - FragmentedMp4.samples(media).getFirst().pts(), windows);
            List<AacFrame> audio = IntStream.range(0, audible ? AUDIO_FRAMES : 0)
                    .mapToObj(frame -> new AacFrame(start + frame * 1_920L, TsBuilder.adts(100)))
                    .toList();
            PublishedWindows.publish(timeline, start, Files.write(directory.resolve(windows + ".m4s"), media), audio);
        }
    }

    /** The times of all frames of video in windows, which a transport stream has modulo 2^33. */
    private static List<Long> videoOf(int... numbers) {
        return IntStream.of(numbers)
                .boxed()
                .flatMap(number ->
                        IntStream.range(0, VIDEO_FRAMES).mapToObj(frame -> START + number * WINDOW + frame * 3_600L))
                .toList();
    }

    private Received received() {
        Received received = new Received();
        TsDemuxer demuxer = new TsDemuxer(received);
        demuxer.accept(out.toByteArray(), 0, out.size());
        demuxer.finish();
        return received;
    }

    private static final class Received implements TsSink {
        final List<Long> video = new ArrayList<>();
        int audio;

        @Override
        public void program(TsProgram program) {
            // Frames are counted, whatever the program is.
        }

        @Override
        public void video(VideoFrame frame) {
            video.add(frame.pts());
        }

        @Override
        public void audio(int track, AudioFrame frame) {
            audio++;
        }
    }
}
