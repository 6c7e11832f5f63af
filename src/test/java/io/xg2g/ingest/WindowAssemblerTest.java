package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.Inspection;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.media.AacFrame;
import io.xg2g.media.SourceMonitor;
import io.xg2g.media.TsProgram;
import io.xg2g.media.VideoFrame;
import io.xg2g.schedule.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The grid has 25 frames a second, and windows of 50 frames. */
class WindowAssemblerTest {
    private static final int FRAME = 3_600;
    private static final int GOP = 25;
    private static final MediaInfo MEDIA = new MediaInfo(
            "mpegts", Duration.ZERO, new MediaInfo.Video("mpeg2video", 720, 576, "yuv420p", false, 25, 1.4222), null);
    private static final TsProgram PROGRAM = new TsProgram(256, 2, 257, TsProgram.ADTS, new byte[188]);
    private static final TsProgram WITHOUT_VIDEO = new TsProgram(TsProgram.NONE, 0, 257, TsProgram.ADTS, new byte[188]);

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime();
    private final RecordingListener listener = new RecordingListener();
    private final List<SourceException> refused = new ArrayList<>();
    private final List<Path> inspected = new ArrayList<>();
    private Inspection inspection = new Inspection.Accepted(MEDIA);

    private WindowAssembler assembler() {
        return assembler(directory);
    }

    private WindowAssembler assembler(Path files) {
        return new WindowAssembler(
                "news",
                new WindowAssembler.Tools(
                        this::inspect,
                        (file, result) -> result.accept(inspect(file)),
                        _ -> List.of(),
                        new WindowFiles(files, WindowAssemblerTest::delete),
                        time::nanoTime),
                listener,
                refused::add);
    }

    private Inspection inspect(Path file) {
        inspected.add(file);
        return inspection;
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private WindowAssembler in(String state) {
        WindowAssembler assembler = assembler();
        if (!state.equals("AudioOnly")) {
            assembler.program(PROGRAM);
        }
        if (state.equals("Cutting") || state.equals("Over")) {
            frames(assembler, 0, 26);
        }
        if (state.equals("Over")) {
            assembler.end();
        }
        assertThat(assembler.state().getClass().getSimpleName()).isEqualTo(state);
        listener.windows.clear();
        return assembler;
    }

    private void send(WindowAssembler assembler, String event) {
        switch (event) {
            case "program with video" -> assembler.program(PROGRAM);
            case "program without video" -> assembler.program(WITHOUT_VIDEO);
            case "video frame" -> frames(assembler, 26, 27);
            case "video of a second" -> frames(assembler, 0, 26);
            case "video that jumps" -> {
                frames(assembler, 0, 1);
                frames(assembler, 1000, 1001);
            }
            case "video without keyframes" ->
                Stream.of(26L, 800L)
                        .forEach(i -> assembler.video(new VideoFrame(i * FRAME, i * FRAME, false, 0, packet())));
            case "video of another format" -> {
                assembler.video(new VideoFrame(26 * FRAME, 26 * FRAME, true, 1, packet()));
                assembler.video(new VideoFrame(27 * FRAME, 27 * FRAME, true, 2, packet()));
            }
            case "audio frame" -> assembler.audio(0, audio(26 * FRAME));
            case "audio that jumps" -> {
                assembler.audio(0, audio(26 * FRAME));
                assembler.audio(0, audio(1000 * FRAME));
            }
            case "end" -> assembler.end();
            default -> throw new AssertionError(event);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            state     | event                   | next      | windows
            AudioOnly | program with video      | Sampling  | 0
            AudioOnly | program without video   | AudioOnly | 0
            AudioOnly | video frame             | AudioOnly | 0
            AudioOnly | audio frame             | AudioOnly | 0
            AudioOnly | audio that jumps        | Over      | 0
            AudioOnly | end                     | Over      | 0
            Sampling  | program with video      | Sampling  | 0
            Sampling  | program without video   | Sampling  | 0
            Sampling  | video frame             | Sampling  | 0
            Sampling  | video of a second       | Cutting   | 1
            Sampling  | video that jumps        | Over      | 1
            Sampling  | video of another format | Sampling  | 1
            Sampling  | video without keyframes | Over      | 0
            Sampling  | audio frame             | Sampling  | 0
            Sampling  | audio that jumps        | Over      | 0
            Sampling  | end                     | Over      | 0
            Cutting   | program with video      | Cutting   | 0
            Cutting   | program without video   | Cutting   | 0
            Cutting   | video frame             | Cutting   | 0
            Cutting   | video that jumps        | Over      | 1
            Cutting   | video of another format | Sampling  | 1
            Cutting   | audio frame             | Cutting   | 0
            Cutting   | audio that jumps        | Over      | 1
            Cutting   | end                     | Over      | 1
            Over      | program with video      | Over      | 0
            Over      | program without video   | Over      | 0
            Over      | video frame             | Over      | 0
            Over      | video that jumps        | Over      | 0
            Over      | audio frame             | Over      | 0
            Over      | audio that jumps        | Over      | 0
            Over      | end                     | Over      | 0
            """)
    void anEventLeadsToTheNextState(String state, String event, String next, int windows) {
        WindowAssembler assembler = in(state);

        send(assembler, event);

        assertThat(assembler.state().getClass().getSimpleName()).isEqualTo(next);
        assertThat(assembler.isOver()).isEqualTo(next.equals("Over"));
        assertThat(assembler.hasFarAudio()).isEqualTo(state.equals("Sampling") && event.equals("audio that jumps"));
        assertThat(listener.windows).hasSize(windows);
    }

    @ParameterizedTest
    @CsvSource({"UNSUPPORTED_MEDIA, 1", "CRASH, 0"})
    void aSourceThatIsNotAcceptedIsOver(Failure.Kind kind, int refusals) {
        inspection = new Inspection.Rejected(new Failure(kind, "no video"));
        WindowAssembler assembler = assembler();
        assembler.program(PROGRAM);

        frames(assembler, 0, 200);

        assertThat(assembler.isOver()).isTrue();
        assertThat(listener.windows).isEmpty();
        assertThat(refused).hasSize(refusals);
        assertThat(inspected).singleElement().satisfies(file -> assertThat(file).doesNotExist());
    }

    /** As on a channel that shows a film, and then news. */
    @Test
    void picturesThatBecomeInterlacedAreDeinterlaced() {
        WindowAssembler assembler = assembler();
        assembler.program(PROGRAM);
        int interval = (int) (InterlaceCheck.INTERVAL / FRAME);
        frames(assembler, 0, 2 * interval, 1);
        assertThat(inspected).hasSize(2);
        assertThat(listener.windows).noneMatch(WindowAssemblerTest::isInterlaced);

        inspection = new Inspection.Accepted(MEDIA.asInterlaced());
        frames(assembler, 2 * interval, 3 * interval, 1);
        // The first picture after a keyframe can be progressive.
        inspection = new Inspection.Accepted(MEDIA);
        frames(assembler, 3 * interval, 6 * interval, 1);

        assertThat(inspected).hasSize(4).noneMatch(Files::exists);
        SourceWindow first = listener.windows.stream()
                .filter(WindowAssemblerTest::isInterlaced)
                .findFirst()
                .orElseThrow();
        assertThat(first.start()).isBetween(2L * interval * FRAME, (2L * interval + 200) * FRAME);
        assertThat(listener.windows)
                .filteredOn(window -> window.start() > first.start())
                .allMatch(WindowAssemblerTest::isInterlaced);
        for (int i = 1; i < listener.windows.size(); i++) {
            SourceWindow before = listener.windows.get(i - 1);
            assertThat(listener.windows.get(i).start()).isEqualTo(before.start() + before.duration());
        }

        // And of a source that changes its format
        frames(assembler, 6 * interval, 7 * interval, 2);
        assertThat(listener.windows.getLast()).matches(window -> !isInterlaced(window));
    }

    private static boolean isInterlaced(SourceWindow window) {
        return window.video().media().video().interlaced();
    }

    @Test
    void aFullDiskFailsTheInspection() {
        WindowAssembler assembler = assembler(directory.resolve("missing"));
        assembler.program(PROGRAM);

        frames(assembler, 0, 26);

        assertThat(assembler.isOver()).isTrue();
        assertThat(refused).singleElement().extracting(SourceException::kind).isEqualTo(SourceException.Kind.DISK);
    }

    @Test
    void aWindowThatCannotBeWrittenRefersToAMissingFile() throws IOException {
        Path files = Files.createDirectory(directory.resolve("files"));
        WindowAssembler assembler = assembler(files);
        assembler.program(PROGRAM);
        frames(assembler, 0, 20);
        Files.delete(files);

        frames(assembler, 20, 60);

        assertThat(listener.windows)
                .singleElement()
                .satisfies(window -> assertThat(window.video())
                        .isNotNull()
                        .satisfies(video -> assertThat(video.file()).doesNotExist()));
        assertThat(assembler.isOver()).isFalse();
    }

    @Test
    void windowsAreContiguousAndTheFirstAndTheLastOneAreShorter() {
        WindowAssembler assembler = in("Cutting");

        frames(assembler, 26, 120);
        assembler.end();

        assertThat(listener.windows).extracting(SourceWindow::start).containsExactly(25L * FRAME, 75L * FRAME);
        assertThat(listener.windows).extracting(SourceWindow::duration).containsExactly(50L * FRAME, 45L * FRAME);
        assertThat(listener.windows)
                .allSatisfy(window -> assertThat(window.video()).isNotNull().satisfies(video -> {
                    assertThat(video.file()).exists();
                    assertThat(video.media()).isEqualTo(MEDIA);
                    assertThat(video.passthrough()).isNull();
                }));
    }

    @Test
    void audioAloneMakesWindowsOfTwoSeconds() {
        WindowAssembler assembler = assembler();
        for (long pts = 900; pts < 900 + 3 * AudioCutter.WINDOW; pts += 1_920) {
            assembler.audio(0, audio(pts));
        }

        assertThat(listener.windows).extracting(SourceWindow::start).containsExactly(900L, 900 + AudioCutter.WINDOW);
        assertThat(listener.windows)
                .allSatisfy(window -> assertThat(window.video()).isNull());
        assertThat(listener.audio).hasSize(282);
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "1, ''", "94, ''", "95, 180000 2400", "100, 180000 12000", "188, 180000 180000"})
    void theAudioBeforeTheEndIsTheLastWindow(int frames, String durations) {
        WindowAssembler assembler = assembler();
        for (long i = 0; i < frames; i++) {
            assembler.audio(0, audio(900 + i * 1_920));
        }
        assembler.end();

        assertThat(listener.windows.stream()
                        .map(SourceWindow::duration)
                        .map(String::valueOf)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(durations);
    }

    @Test
    void aClosedAssemblerHasNoOutput() throws IOException {
        WindowAssembler assembler = in("Cutting");
        List<Path> before = files();
        assembler.close();

        frames(assembler, 26, 60);
        assembler.audio(0, audio(0));
        assembler.end();

        assertThat(listener.windows).isEmpty();
        assertThat(listener.audio).isEmpty();
        assertThat(files()).isEqualTo(before);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void mediaFasterThanRealTimeIsAhead() {
        WindowAssembler assembler = in("Cutting");
        assertThat(assembler.ahead()).isEqualTo(Duration.ofSeconds(1));

        time.advance(Duration.ofSeconds(3));

        assertThat(assembler.ahead()).isEqualTo(Duration.ofSeconds(-2));
    }

    @Test
    void audioWithInputAndWithoutOutputIsWithheld() {
        WindowAssembler assembler = in("Cutting");
        assembler.audio(0, audio(0));
        assertThat(assembler.withholdsAudio(new SourceMonitor(new ByteArrayOutputStream())))
                .isFalse();

        frames(assembler, 26, 200);

        assertThat(assembler.withholdsAudio(new SourceMonitor(new ByteArrayOutputStream())))
                .as("nothing was fed")
                .isFalse();
    }

    private static void frames(WindowAssembler assembler, int from, int to) {
        frames(assembler, from, to, 0);
    }

    private static void frames(WindowAssembler assembler, int from, int to, int parameters) {
        for (int i = from; i < to; i++) {
            assembler.video(new VideoFrame((long) i * FRAME, (long) i * FRAME, i % GOP == 0, parameters, packet()));
        }
    }

    private static AacFrame audio(long pts) {
        return new AacFrame(pts, new byte[100]);
    }

    private static byte[] packet() {
        byte[] packet = new byte[188];
        packet[0] = 0x47;
        packet[1] = 0x1f;
        packet[2] = (byte) 0xff;
        packet[3] = 0x10;
        return packet;
    }
}
