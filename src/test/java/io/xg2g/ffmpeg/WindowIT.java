package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xg2g.media.FragmentedMp4;
import io.xg2g.media.HeldPicture;
import io.xg2g.media.VideoFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows of real streams, encoded one by one as for a live channel. */
class WindowIT {
    /** The first one, one in the middle and the last one. */
    private static final List<Integer> SOME = List.of(0, 5, 10);

    private static final List<Integer> ALL_WINDOWS =
            IntStream.rangeClosed(0, 10).boxed().toList();

    private static final int MOOF = 0x6d6f6f66;
    private static final Predicate<VideoFrame> ALL = videoFrame -> true;

    /** The second one has half of the frames. */
    private static final List<RenditionSpec> SPECS = List.of(
            new RenditionSpec("top", Codec.H264, 192, 600_000, 60),
            new RenditionSpec("low", Codec.H264, 96, 200_000, 30));

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
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"INTERLACED_25"})
    @Tag("nightly")
    void windowsOfOtherSourcesAreExact(LiveMedia source) throws Exception {
        assertFramesAndTheSameInitSegment(source, ALL_WINDOWS);
        aWindowHasItsFramesWhateverIsLost(source);
        theLastWindowMayBeShorter(source);
    }

    @ParameterizedTest
    @EnumSource(names = "INTERLACED_25")
    @Tag("nightly")
    void everyWindowHasItsFramesAndTheSameInitSegment(LiveMedia source) throws Exception {
        assertFramesAndTheSameInitSegment(source, ALL_WINDOWS);
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERLACED_25", "MPEG2_25", "INTERLACED_2997"})
    void aWindowHasItsFramesAndTheSameInitSegment(LiveMedia source) throws Exception {
        assertFramesAndTheSameInitSegment(source, SOME);
    }

    private static void assertFramesAndTheSameInitSegment(LiveMedia source, List<Integer> wanted) throws Exception {
        Windows windows = new Windows(source);
        FrameGrid grid = windows.grid();
        assertThat(grid.rate()).isEqualTo(source.rate());
        assertThat(grid.frames()).isEqualTo((int) Math.round(2 * grid.rate()));
        Set<ByteBuffer> inits = new HashSet<>();
        Set<ByteBuffer> lowInits = new HashSet<>();

        for (int n : wanted) {
            List<Rendition> made = produced(windows.unit(windows.bytes(n, ALL), grid));

            inits.add(init(made.getFirst()));
            lowInits.add(init(made.getLast()));
            if (n % 5 == 0) {
                assertThat(shown(made.getFirst())).hasSize(grid.frames()).startsWith(TsWindowCutter.START);
                int lower = grid.rate() > 31 ? grid.frames() / 2 : grid.frames();
                assertThat(shown(made.getLast())).hasSize(lower).startsWith(TsWindowCutter.START);
            }
        }

        assertThat(inits).hasSize(1);
        assertThat(lowInits).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERLACED_25", "PROGRESSIVE_50"})
    void halfOfTheFramesAreThoseOfEverySecondTime(LiveMedia source) throws Exception {
        Windows windows = new Windows(source);
        List<RenditionSpec> half = List.of(
                new RenditionSpec("top", Codec.H264, 192, 600_000, 30),
                new RenditionSpec("low", Codec.H264, 96, 200_000, 30));
        FrameGrid grid = windows.grid().fitting(windows.media.video(), half);
        Set<ByteBuffer> inits = new HashSet<>();

        for (int n : SOME) {
            List<Rendition> full = produced(windows.unit(windows.bytes(n, ALL), windows.grid()));
            List<Rendition> made = produced(windows.unit(windows.bytes(n, ALL), grid, half));

            List<Long> times = shown(full.getFirst());
            List<Long> everySecond = IntStream.range(0, times.size() / 2)
                    .mapToObj(i -> times.get(2 * i))
                    .toList();
            assertThat(shown(made.getFirst())).isEqualTo(everySecond);
            assertThat(shown(made.getLast())).isEqualTo(everySecond);
            inits.add(init(made.getFirst()));
        }

        assertThat(inits).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERLACED_25", "MPEG2_25"})
    void aWindowHasItsFramesWhateverIsLost(LiveMedia source) throws IOException {
        Windows windows = new Windows(source);
        long begin = windows.begin(2);
        long half = windows.grid().durationTicks() / 2;
        List<Predicate<VideoFrame>> losses = List.of(
                videoFrame -> videoFrame.pts() < begin + half / 2 || videoFrame.pts() > begin + half,
                videoFrame -> videoFrame.pts() < begin + half,
                videoFrame -> videoFrame.keyframe() || videoFrame.pts() % 7 < 3);

        for (Predicate<VideoFrame> kept : losses) {
            assertThat(produced(windows.unit(windows.bytes(2, kept), windows.grid())))
                    .hasSize(2);
        }
        byte[] whole = windows.bytes(2, ALL);
        assertThat(produced(windows.unit(TsWindowCutter.damaged(whole, 10), windows.grid())))
                .hasSize(2);
    }

    /** All windows except the one whose only keyframe is lost. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROGRESSIVE_2997")
    void aWindowThatBeginsWithALossStartsWithItsFirstDecodedFrame(LiveMedia source) throws IOException {
        Windows windows = new Windows(source);
        long begin = windows.begin(2);
        long half = windows.grid().durationTicks() / 2;

        byte[] bytes = windows.bytes(2, videoFrame -> videoFrame.pts() < begin || videoFrame.pts() >= begin + half);

        assertThat(produced(windows.unit(bytes, windows.grid()))).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(names = "INTERLACED_25")
    void theLastWindowMayBeShorter(LiveMedia source) throws Exception {
        Windows windows = new Windows(source);
        ByteBuffer init = init(
                produced(windows.unit(windows.bytes(0, ALL), windows.grid())).getFirst());

        for (int frames : List.of(1, 2, 37)) {
            List<Rendition> made =
                    produced(windows.unit(windows.bytes(3, ALL), windows.grid().withFrames(frames)));

            assertThat(shown(made.getFirst())).hasSize(frames).startsWith(TsWindowCutter.START);
            assertThat(init(made.getFirst())).isEqualTo(init);
        }
    }

    @Test
    void complexFramesExceedTheMaximumBitRateByAQuarterAtMost() throws IOException {
        Windows windows = new Windows(TestMedia.noise());

        List<Rendition> made = produced(windows.unit(windows.bytes(0, ALL), windows.grid()));

        for (int i = 0; i < SPECS.size(); i++) {
            assertThat(made.get(i).bytes() * 8 / 2.0)
                    .isBetween(0.8 * SPECS.get(i).bitrate(), 1.25 * SPECS.get(i).bitrate());
        }
    }

    @Test
    void aWindowWithoutADecodableFrameFails() throws IOException {
        assertNothingCanBeDecoded(LiveMedia.INTERLACED_25, (videoFrame, begin) -> videoFrame.pts() < begin - 10_000);
        assertNothingCanBeDecoded(LiveMedia.PROGRESSIVE_2997, (videoFrame, begin) -> !videoFrame.keyframe());
    }

    private static void assertNothingCanBeDecoded(LiveMedia source, BiPredicate<VideoFrame, Long> kept)
            throws IOException {
        Windows windows = new Windows(source);
        long begin = windows.begin(2);

        TranscodeUnit unit = windows.unit(windows.bytes(2, videoFrame -> kept.test(videoFrame, begin)), windows.grid());

        assertThat(engine.run(unit))
                .isInstanceOfSatisfying(
                        TranscodeOutcome.Failed.class,
                        failed -> assertThat(failed.failure().kind()).isEqualTo(Failure.Kind.UNSUPPORTED_MEDIA));
        assertThat(unit.outputDirectory()).isEmptyDirectory();
    }

    @Test
    void anyTruncatedWindowIsDetectedAndFlippedBytesCrashNothing() throws Exception {
        Windows windows = new Windows(LiveMedia.PROGRESSIVE_2997);
        byte[] whole = Files.readAllBytes(produced(windows.unit(windows.bytes(1, ALL), windows.grid()))
                .getFirst()
                .file());
        Path file = directory.resolve("cut.mp4");
        for (int length = 0; length < whole.length; length += 499) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatExceptionOfType(OutputCheck.Defect.class)
                    .isThrownBy(() -> OutputCheck.video(file, Container.CMAF));
        }
        Random random = new Random(11);
        for (int run = 0; run < 200; run++) {
            byte[] flipped = whole.clone();
            for (int n = 0; n < 20; n++) {
                flipped[random.nextInt(1500)] = (byte) random.nextInt(256);
            }
            Files.write(file, flipped);
            try {
                assertThat(OutputCheck.video(file, Container.CMAF).frames()).isPositive();
            } catch (OutputCheck.Defect expected) {
                assertThat(expected.what()).isNotBlank();
            }
        }
    }

    @Test
    void aPreviewShowsAFrameOfTheWindow() throws Exception {
        Windows windows = new Windows(LiveMedia.PROGRESSIVE_2997);
        Path input = Files.write(engine.work.create().resolve("window.ts"), windows.bytes(3, ALL));
        Profile preview = engine.profiles.find("preview").orElseThrow();
        var unit = new TranscodeUnit(
                input, windows.media, preview, Container.MPEG_TS, engine.work.create(), windows.grid());
        Path wanted = directory.resolve("wanted.jpg");
        long first = windows.begin(3);
        run("ffmpeg -v error -y -copyts -i file:%s -vf settb=1/90000,trim=start_pts=%d,scale=320:180:out_range=pc"
                        .formatted(LiveMedia.PROGRESSIVE_2997.file(), first - 100)
                + ":flags=bicubic,setsar=1,format=yuvj420p -frames:v 1 -c:v mjpeg -q:v 4 -map_metadata -1 -f mjpeg "
                + wanted);

        Rendition made = produced(unit).getFirst();

        assertThat(made.file()).hasSameBinaryContentAs(wanted);
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERLACED_25", "PROGRESSIVE_2997"})
    void aSlateHasTheFramesAndTheParameterSetsOfAWindow(LiveMedia source) throws Exception {
        Windows windows = new Windows(source);
        TranscodeUnit unit = windows.unit(windows.bytes(3, ALL), windows.grid());
        List<Rendition> window = produced(unit);

        List<Rendition> slate = produced(
                windows.unit(windows.bytes(3, ALL), windows.grid()).withSlate(new Slate("no signal since 12:03:10")));

        for (int i = 0; i < SPECS.size(); i++) {
            assertThat(shown(slate.get(i))).isEqualTo(shown(window.get(i)));
            assertThat(init(slate.get(i))).isEqualTo(init(window.get(i)));
            assertThat(brightness(slate.get(i).file()))
                    .isLessThan(0.8 * brightness(window.get(i).file()));
        }
        assertThat(slate.getFirst().bytes()).isLessThan(window.getFirst().bytes() / 2);
    }

    @Test
    void aHeldPictureIsTheLastOneOfTheWindow() throws Exception {
        Windows windows = new Windows(LiveMedia.PROGRESSIVE_2997);
        Rendition window =
                produced(windows.unit(windows.bytes(3, ALL), windows.grid())).getFirst();
        FragmentedMp4.Parts parts = FragmentedMp4.split(Files.readAllBytes(window.file()));

        byte[] held = HeldPicture.of(parts.media(), 1, TsWindowCutter.START, 180_180);

        Path file = directory.resolve("held.mp4");
        Files.write(file, parts.init());
        Files.write(file, held, StandardOpenOption.APPEND);
        List<String> pictures = pictures(file);
        assertThat(pictures).isEqualTo(pictures(window.file()));
    }

    /** Checksums of all decoded frames. */
    private static List<String> pictures(Path file) throws Exception {
        return run("ffmpeg -v error -xerror -i file:" + file + " -fps_mode passthrough -f framemd5 -")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(line.lastIndexOf(',') + 1).trim())
                .toList();
    }

    /** Mean luma of the last frame. */
    private static double brightness(Path file) throws Exception {
        Path gray = directory.resolve("gray");
        run("ffmpeg -v error -y -i file:" + file + " -vf scale=1:1,format=gray -f rawvideo " + gray);
        byte[] frames = Files.readAllBytes(gray);
        return frames[frames.length - 1] & 0xff;
    }

    private static List<Rendition> produced(TranscodeUnit unit) {
        TranscodeOutcome outcome = engine.run(unit);
        assertThat(outcome).isInstanceOf(TranscodeOutcome.Produced.class);
        return ((TranscodeOutcome.Produced) outcome).renditions();
    }

    /** Presentation times of all frames by ffprobe. */
    private static List<Long> shown(Rendition rendition) throws Exception {
        return Arrays.stream(run("ffprobe -v error -show_entries packet=pts -of csv=p=0 " + rendition.file())
                        .split("[\\s,]+"))
                .map(Long::valueOf)
                .sorted()
                .toList();
    }

    private static ByteBuffer init(Rendition rendition) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(rendition.file()));
        int at = 0;
        while (file.getInt(at + 4) != MOOF) {
            at += file.getInt(at);
        }
        return file.slice(0, at);
    }

    private static String run(String command) throws Exception {
        Process process = new ProcessBuilder(command.split(" "))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    /** The windows of a source. */
    private static final class Windows {
        final MediaInfo media;
        private final TsWindowCutter cutter;

        Windows(LiveMedia source) {
            this(source.file());
        }

        Windows(Path film) {
            media = engine.media(film);
            cutter = new TsWindowCutter(film);
        }

        FrameGrid grid() {
            return FrameGrid.of(media.video(), SPECS, TsWindowCutter.START);
        }

        /** Times on the clock of the file. */
        long begin(int window) {
            return cutter.start() + window * grid().durationTicks();
        }

        byte[] bytes(int window, Predicate<VideoFrame> kept) {
            return cutter.window(begin(window), grid().durationTicks(), media.video(), kept);
        }

        TranscodeUnit unit(byte[] bytes, FrameGrid grid) throws IOException {
            return unit(bytes, grid, SPECS);
        }

        TranscodeUnit unit(byte[] bytes, FrameGrid grid, List<RenditionSpec> specs) throws IOException {
            Path input = Files.write(engine.work.create().resolve("window.ts"), bytes);
            var profile = new Profile.Ladder("small", specs);
            return new TranscodeUnit(input, media, profile, Container.CMAF, engine.work.create(), grid);
        }
    }
}
