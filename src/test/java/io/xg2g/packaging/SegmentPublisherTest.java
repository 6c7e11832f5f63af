package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.ingest.WindowCutter;
import io.xg2g.media.VideoTrackInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Windows of a source with passthrough: published at once, and completed as renditions arrive. */
class SegmentPublisherTest {
    private static final long WINDOW = 180_000;
    private static final long OFFSET = 1_795_000_000L * 90_000;
    private static final MediaInfo MEDIA = new MediaInfo(
            "mpegts", Duration.ZERO, new MediaInfo.Video("h264", 1280, 720, "yuv420p", false, 25, 1), null);
    private static final VideoTrackInfo OWN = new VideoTrackInfo("avc1.64001f", 1280, 720, 90_000);

    private final List<Path> deleted = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private final SegmentTimeline timeline =
            new SegmentTimeline(1, ids::getAndIncrement, Duration.ofMinutes(2), 1 << 30, deleted::add);
    private final SegmentPublisher publisher =
            new SegmentPublisher(timeline, new SegmentStore.InDirectory(Path.of("store")));
    private final SourceRun run = new SourceRun(List.of());
    private final EpochBuilder epoch = EpochBuilder.of(source(0), OFFSET, PackagingSetup.profiles(), run, null);

    @Test
    void expectedRenditionsAreListedBeforeTheyAreEncoded() {
        publishEarly(window(0));

        assertThat(timeline.early().newest().tracks())
                .extracting(Track::name, Track::codec, Track::width, Track::height, Track::frameRate)
                .containsExactly(
                        tuple("source", "avc1.64001f", 1280, 720, 25.0), tuple("480p", "avc1.64001e", 854, 480, 25.0));
        assertThat(timeline.now().isEmpty()).isTrue();
    }

    @Test
    void aCompletedRenditionIsPublishedWithItsActualProperties() {
        PendingWindow window = window(0);
        publishEarly(window);

        settle(window, rendition(window, 1));

        assertThat(timeline.now()).isEqualTo(timeline.early());
        assertThat(gaps()).containsExactly("--");
        assertThat(timeline.now().newest().tracks().getLast().codec()).isEqualTo("avc1.640015");
        assertThat(timeline.init("480p", window.begin()))
                .hasValueSatisfying(init -> assertThat(init).containsExactly(1));
        assertThat(deleted).isEmpty();
    }

    @Test
    void aRenditionThatIsMissingIsAGapInItsOwnPlaylist() {
        PendingWindow first = window(0);
        PendingWindow second = window(1);
        publishEarly(first);
        publishEarly(second);

        settle(first);
        settle(second, rendition(second, 1));

        assertThat(gaps()).containsExactly("-g --");
        assertThat(first.isGap()).isFalse();
    }

    @Test
    void aChangedEncoderOutputBeginsAnEpochWithTheNextWindow() {
        List<PendingWindow> windows =
                Stream.of(0, 1, 2).map(this::window).peek(w -> publishEarly(w)).toList();
        settle(windows.get(0), rendition(windows.get(0), 1));
        EncodedWindow.Encoded other = rendition(windows.get(1), 2);
        settle(windows.get(1), other);

        PendingWindow next = window(3);
        publishEarly(next);
        EncodedWindow.Encoded late = rendition(windows.get(2), 2);
        settle(windows.get(2), late);
        settle(next, rendition(next, 2));

        assertThat(gaps()).containsExactly("-- -g -g", "--");
        assertThat(deleted).containsExactly(other.file(), late.file());
        assertThat(timeline.init("480p", next.begin()))
                .hasValueSatisfying(init -> assertThat(init).containsExactly(2));
    }

    private void publishEarly(PendingWindow window) {
        publisher.publishEarly(publisher.prepare(window).early(), new SegmentPublisher.Written(Map.of(), Map.of()), 0);
    }

    private void settle(PendingWindow window, EncodedWindow.Encoded... renditions) {
        List<EncodedWindow.Encoded> all = new ArrayList<>(window.renditions());
        all.addAll(List.of(renditions));
        window.state = new WindowState.Settled(new EncodedWindow(all));
        List<SegmentPublisher.Missing> missing = publisher.missing(window, window.early.epoch());
        deleted.addAll(publisher.complete(window, window.early, publisher.hold(window, missing)));
    }

    /** The windows of each epoch: one character per track, {@code g} for a gap. */
    private List<String> gaps() {
        Function<Window, String> signs = window -> String.join(
                "", window.segments().stream().map(s -> s.gap() ? "g" : "-").toList());
        return timeline.now().epochs().stream()
                .map(e -> String.join(" ", e.windows().stream().map(signs).toList()))
                .toList();
    }

    private PendingWindow window(int index) {
        PendingWindow window = new PendingWindow(epoch, source(index), 0);
        window.storedPassthrough = encoded(window, "source", OWN, 7);
        return window;
    }

    private static EncodedWindow.Encoded rendition(PendingWindow window, int init) {
        return encoded(window, "480p", new VideoTrackInfo("avc1.640015", 854, 480, 90_000), init);
    }

    private static EncodedWindow.Encoded encoded(PendingWindow window, String name, VideoTrackInfo track, int init) {
        Path file = Path.of(name + "-" + window.begin() + "-" + init);
        return new EncodedWindow.Encoded(name, new byte[] {(byte) init}, track, 25, file, 10, window.begin(), WINDOW);
    }

    private static SourceWindow source(int index) {
        FrameGrid grid = new FrameGrid(WindowCutter.START, 25, 1, 50);
        SourceWindow.Passthrough original = new SourceWindow.Passthrough(OWN, new byte[1], new byte[1]);
        return new SourceWindow(
                index * WINDOW, WINDOW, new SourceWindow.Video(Path.of("window.ts"), MEDIA, grid, original), 0);
    }
}
