package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.xg2g.dispatch.Rejection;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Profile;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.ProfilesConfig;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.ingest.WindowCutter;
import io.xg2g.media.AacFrame;
import io.xg2g.media.Ac3Frame;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.TsBuilder;
import io.xg2g.media.VideoTrackInfo;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Packager with a dispatcher whose units the test completes, and a simulated disk. Everything runs on the test's thread.
 *
 * <p>Windows last 2 s at 25 frames a second.
 */
final class PackagingSetup {
    static final long WINDOW = 180_000;

    /** Maximum duration of slates. */
    static final Duration SLATE = Duration.ofSeconds(10);

    private static final VideoTrackInfo SOURCE = new VideoTrackInfo("avc1.64001f", 1280, 720, 90_000);
    private static final MediaInfo MEDIA = new MediaInfo(
            "mpegts", Duration.ZERO, new MediaInfo.Video("h264", 1280, 720, "yuv420p", false, 25, 1), null);

    private static final MediaInfo OTHER_MEDIA = new MediaInfo(
            "mpegts", Duration.ZERO, new MediaInfo.Video("h264", 1280, 720, "yuv420p", false, 25, 0.75), null);

    final ManualTime time;

    /** Pending requests by id, oldest first. */
    final Map<String, TranscodeRequest> requests = new LinkedHashMap<>();

    /** Files on the simulated disk. */
    final Set<String> files = new TreeSet<>();

    final List<String> cancelled = new ArrayList<>();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    boolean diskFull;

    /** Speed of the devices; 0 if unknown. */
    double speed;

    final EncodingCapacity capacity = new EncodingCapacity(() -> speed, () -> false);

    /** Content of the init segments of encoded renditions. */
    int encoderInit = 1;

    /** Called at each disk access. */
    Runnable onDisk = () -> {};

    private final Map<String, CompletableFuture<TranscodeResult>> answers = new LinkedHashMap<>();
    private final AtomicLong epochs;
    private int directories;

    final SegmentTimeline timeline;
    final Packager packager;

    PackagingSetup() {
        this(new ManualTime(), new AtomicLong(), 1);
    }

    /**
     * Creates the packager of one run of the program.
     *
     * @param epochs number of epochs of earlier runs
     * @param first first media sequence number
     */
    PackagingSetup(ManualTime time, AtomicLong epochs, long first) {
        this.time = time;
        this.epochs = epochs;
        this.timeline = new SegmentTimeline(
                first, epochs::getAndIncrement, Duration.ofMinutes(2), 1 << 30, file -> files.remove(file.toString()));
        this.packager = new Packager(
                "news",
                false,
                profiles(),
                new WindowTranscoder.ChannelTools(
                        this::submit,
                        this::cancel,
                        this::directory,
                        this::delete,
                        new NamesOnly(),
                        Runnable::run,
                        time::nanoTime),
                timeline,
                new ChannelTime(time, Instant.EPOCH),
                new LiveMetrics(registry).channel("news", () -> 0, () -> 0, () -> 0),
                new EncodingShare("news", capacity, () -> true),
                SLATE);
    }

    /** The built-in profiles. */
    static Profiles profiles() {
        return new Profiles(new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(ProfilesConfig.class)
                .build()
                .getConfigMapping(ProfilesConfig.class));
    }

    private Uni<TranscodeResult> submit(TranscodeRequest request) {
        CompletableFuture<TranscodeResult> answer = new CompletableFuture<>();
        requests.put(request.id(), request);
        answers.put(request.id(), answer);
        return Uni.createFrom().completionStage(answer);
    }

    private void cancel(String id) {
        if (requests.containsKey(id)) {
            cancelled.add(id);
        }
    }

    private Path directory() {
        onDisk.run();
        if (diskFull) {
            throw new UncheckedIOException(new IOException("No space left on device"));
        }
        Path directory = Path.of("unit-" + directories++);
        files.add(directory.toString());
        return directory;
    }

    private void delete(Path file) {
        onDisk.run();
        files.remove(file.toString());
    }

    private Path write(String name) throws IOException {
        onDisk.run();
        if (diskFull) {
            throw new IOException("No space left on device");
        }
        files.add(name);
        return Path.of(name);
    }

    private final class NamesOnly implements SegmentStore {
        @Override
        public EncodedWindow.Encoded passthrough(PendingWindow window, SourceWindow.Passthrough passthrough)
                throws IOException {
            return encoded(window, "source", 1, SOURCE);
        }

        @Override
        public EncodedWindow renditions(PendingWindow window, List<Rendition> renditions) throws IOException {
            List<EncodedWindow.Encoded> all = new ArrayList<>();
            if (window.storedPassthrough != null) {
                all.add(window.storedPassthrough);
            }
            for (Rendition rendition : renditions) {
                all.add(encoded(
                        window,
                        rendition.name(),
                        encoderInit,
                        new VideoTrackInfo("avc1.64001e", rendition.width(), rendition.height(), 90_000)));
            }
            return new EncodedWindow(all);
        }

        private EncodedWindow.Encoded encoded(PendingWindow window, String name, int init, VideoTrackInfo track)
                throws IOException {
            Path file = write(name + "-" + window.window.start());
            return new EncodedWindow.Encoded(
                    name, new byte[] {(byte) init}, track, 25, file, 10, window.begin(), WINDOW);
        }

        @Override
        public LastPictures.Picture held(String track, LastPictures.Picture last, long begin, long duration)
                throws IOException {
            Segment.Content content = last.isSlate() ? Segment.Content.SLATE : Segment.Content.HELD;
            return new LastPictures.Picture(
                    new Segment(begin, duration, 10, content), write(track + "-" + begin + "-held"));
        }

        @Override
        public Path audio(String track, long samples, byte[] segment) throws IOException {
            return write(track + "-" + epochs.get() + "-" + samples);
        }
    }

    /** A window without passthrough. */
    void window(int index) {
        packager.window(source(index, false));
    }

    /** Lets seconds pass. */
    void seconds(int count) {
        for (int i = 0; i < count; i++) {
            time.advance(Duration.ofSeconds(1));
            packager.tick();
        }
    }

    /** Asserts that each segment of the newest epoch begins where the one before it ends. */
    void assertContiguous() {
        List<Window> windows = timeline.now().newest().windows();
        for (int i = 1; i < windows.size(); i++) {
            Segment before = windows.get(i - 1).segments().getFirst();
            assertThat(windows.get(i).segments().getFirst().time()).isEqualTo(before.end());
        }
    }

    /** A window with passthrough. */
    void passthroughWindow(int index) {
        packager.window(source(index, true));
    }

    /** A window whose video has another aspect ratio. */
    void otherWindow(int index) {
        packager.window(source(index, false, OTHER_MEDIA));
    }

    private SourceWindow source(int index, boolean passthrough) {
        return source(index, passthrough, MEDIA);
    }

    private SourceWindow source(int index, boolean passthrough, MediaInfo media) {
        FrameGrid grid = new FrameGrid(WindowCutter.START, 25, 1, 50);
        return new SourceWindow(
                index * WINDOW,
                WINDOW,
                new SourceWindow.Video(
                        Path.of("window-" + index),
                        media,
                        grid,
                        passthrough ? new SourceWindow.Passthrough(SOURCE, new byte[1], new byte[1]) : null),
                time.nanoTime());
    }

    /** A window of a source without video. */
    void audioWindow(int index) {
        packager.window(new SourceWindow(index * WINDOW, WINDOW, null, time.nanoTime()));
    }

    /** Begins a run of the segmenter with an audio track or without. */
    void begin(boolean audio) {
        packager.begin(audio ? List.of(AudioTrackInfo.UNKNOWN) : List.of());
    }

    /** Audio frames of a window, and the first one after it. */
    void audio(int index) {
        audio(0, index);
    }

    /** The same of one of several tracks. */
    void audio(int track, int index) {
        for (long pts = index * WINDOW; pts < (index + 1) * WINDOW + 1_920; pts += 1_920) {
            packager.audio(track, new AacFrame(pts, TsBuilder.adts(100)));
        }
    }

    /** The same of AC-3, stereo or 5.1 channels. */
    void ac3(int track, int index, boolean surround) {
        byte[] frame = new byte[1792];
        byte[] header = {0x0b, 0x77, 0, 0, 0x1e, 0x40, (byte) (surround ? 0xe1 : 0x40)};
        System.arraycopy(header, 0, frame, 0, header.length);
        long first = Math.ceilDiv(index * WINDOW, 2_880) * 2_880;
        for (long pts = first; pts < (index + 1) * WINDOW + 2_880; pts += 2_880) {
            packager.audio(track, new Ac3Frame(pts, frame));
        }
    }

    /** Completes the oldest request. */
    void complete() {
        TranscodeRequest request = requests.values().iterator().next();
        List<Rendition> renditions = ((Profile.Ladder) request.unit().profile())
                .renditions().stream()
                        .map(spec -> new Rendition(
                                spec.name(),
                                Path.of(spec.name()),
                                "video/mp4",
                                10,
                                (spec.height() * 16 / 9 + 1) / 2 * 2,
                                spec.height(),
                                Duration.ofSeconds(2)))
                        .toList();
        answer(new TranscodeResult.Completed(renditions, "libx264", "software", Duration.ZERO, Duration.ofMillis(300)));
    }

    void fail() {
        answer(new TranscodeResult.Failed(new Failure(Failure.Kind.CRASH, "ffmpeg died")));
    }

    void reject(Rejection reason) {
        answer(new TranscodeResult.Rejected(reason, Duration.ZERO, Duration.ofSeconds(1)));
    }

    void answerCancelled() {
        answer(new TranscodeResult.Cancelled());
    }

    private void answer(TranscodeResult result) {
        String id = requests.keySet().iterator().next();
        requests.remove(id);
        answers.remove(id).complete(result);
    }

    /** Fails the oldest request with an unexpected exception. */
    void answerWithBug() {
        String id = requests.keySet().iterator().next();
        requests.remove(id);
        answers.remove(id).completeExceptionally(new IllegalStateException("bug"));
    }

    /**
     * The published windows of each epoch, with one character per track: {@code -}, {@code s} for a slate, {@code h} for
     * a held picture or silence, {@code g} for a gap.
     */
    List<String> published() {
        return signs(timeline.now());
    }

    /** The same including early windows. */
    List<String> publishedEarly() {
        return signs(timeline.early());
    }

    private static List<String> signs(Timeline timeline) {
        return timeline.epochs().stream()
                .map(epoch -> epoch.windows().stream()
                        .map(window -> window.segments().stream()
                                .map(segment -> switch (segment.content()) {
                                    case SOURCE -> "-";
                                    case SLATE -> "s";
                                    case HELD -> "h";
                                    case GAP -> "g";
                                })
                                .collect(Collectors.joining()))
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    double counted(String meter) {
        return registry.get(meter).counter().count();
    }
}
