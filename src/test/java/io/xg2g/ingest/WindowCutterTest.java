package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.media.VideoFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowCutterTest {
    private static final int FRAME = 3600;
    private static final int GOP = 25;
    private static final FrameGrid GRID = new FrameGrid(WindowCutter.START, 25, 1, 50);
    private static final byte[] TABLES = packet(0xfff);

    @Test
    void everyFrameOfAClosedGopSourceIsInItsWindow() {
        List<WindowCutter.Cut> cuts = cutAll(closed(175), false);

        assertThat(cuts)
                .extracting(WindowCutter.Cut::start)
                .containsExactly(0L, 25L * FRAME, 75L * FRAME, 125L * FRAME);
        assertThat(cuts).extracting(WindowCutter.Cut::frames).containsExactly(25, 50, 50, 50);
        assertThat(cuts).allSatisfy(cut -> assertThat(cut.duration()).isEqualTo((long) cut.frames() * FRAME));
        assertThat(numbers(cuts.get(1)))
                .containsAll(IntStream.range(25, 75).boxed().toList());
    }

    @Test
    void aWindowBeginsWithTheGopOfItsFirstFrame() {
        assertThat(numbers(cutAll(closed(200), false).get(2))).startsWith(75).doesNotContain(74);
    }

    @Test
    void anOpenGopIncludesThePreviousGop() {
        List<Integer> third = numbers(cutAll(open(200), true).get(2));

        // Frames 73 and 74 are needed to deinterlace 75, come after it, and refer to the GOP of frame 50.
        assertThat(third).containsAll(IntStream.range(73, 126).boxed().toList());
        assertThat(third.getFirst()).isEqualTo(50);
    }

    @Test
    void deinterlacingGetsNeighbouringFrames() {
        List<Integer> second = numbers(cutAll(closed(200), true).get(1));

        assertThat(second).contains(23, 24, 75);
    }

    @Test
    void independentlyDecodableFramesAreReturnedSeparately() {
        List<WindowCutter.Cut> closed = cutAll(closed(200), false);
        List<WindowCutter.Cut> open = cutAll(open(200), false);

        assertThat(closed.get(1).independent())
                .hasSize(50)
                .first()
                .extracting(VideoFrame::pts)
                .isEqualTo(25L * FRAME);
        assertThat(closed.get(1).end()).isEqualTo(75L * FRAME);
        assertThat(open).allSatisfy(cut -> assertThat(cut.independent()).isEmpty());
    }

    @Test
    void aWindowIsReturnedOnceItsLastFrameWasAdded() {
        WindowCutter cutter = cutter(false);
        List<VideoFrame> frames = closed(200);
        for (int i = 0; i < 25; i++) {
            cutter.add(frames.get(i));
        }
        assertThat(cutter.next()).isEmpty();

        cutter.add(frames.get(25));

        assertThat(cutter.next()).isPresent();
        assertThat(cutter.next()).isEmpty();
    }

    @Test
    void theEndReturnsTheIncompleteWindow() {
        WindowCutter cutter = cutter(false);
        closed(45).forEach(cutter::add);
        assertThat(cutter.next()).isPresent();

        assertThat(cutter.finish()).extracting(WindowCutter.Cut::frames).containsExactly(20);
    }

    @Test
    void theEndBeforeAnotherFormatIsWhereItBeginsWhateverWasLost() {
        assertThat(restBefore(45)).containsExactly(20);
        assertThat(restBefore(55)).containsExactly(30);
        assertThat(restBefore(95)).containsExactly(50, 20);
        assertThat(restBefore(95_000)).as("a damaged time").containsExactly(50, 60);
    }

    /** Numbers of frames of the windows that remain of 45 frames, of which 25 are in the first window. */
    private static List<Integer> restBefore(int shown) {
        WindowCutter cutter = cutter(false);
        closed(45).forEach(cutter::add);
        assertThat(cutter.next()).isPresent();
        return cutter.finishBefore(frame(shown, shown, true, 2)).stream()
                .map(WindowCutter.Cut::frames)
                .toList();
    }

    @Test
    void theLastGopEndsWithTheSource() {
        WindowCutter.Cut last = cutAll(closed(75), false).getLast();
        assertThat(last.independent()).hasSize(50);
        assertThat(last.end()).isEqualTo(75L * FRAME);
        assertThat(cutAll(closed(45), false).getLast().independent()).hasSize(20);
    }

    @Test
    void aHoleIsInTheDurationsOfTheIndependentFrames() {
        List<VideoFrame> frames = new ArrayList<>(closed(200));
        frames.remove(80);

        WindowCutter.Cut window = cutAll(frames, false).get(2);

        assertThat(window.frames()).isEqualTo(50);
        assertThat(window.independent()).hasSize(49);
        assertThat(window.end()).isEqualTo(125L * FRAME);
    }

    /** Ten rounds of a loop of 10 s whose audio is 20 ms longer than its video. */
    @Test
    void everyWindowOfALoopIsIndependent() {
        WindowCutter cutter = new WindowCutter(TABLES);
        cutter.rule(new WindowRule(GRID, true), FRAME, false);
        List<WindowCutter.Cut> cuts = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (VideoFrame frame : closed(250)) {
                long later = round * (250L * FRAME + 1800);
                cutter.add(
                        new VideoFrame(frame.pts() + later, frame.dts() + later, frame.keyframe(), 0, frame.packets()));
                cutter.next().ifPresent(cuts::add);
            }
        }

        assertThat(cuts).hasSize(50);
        for (int i = 0; i < cuts.size(); i++) {
            WindowCutter.Cut cut = cuts.get(i);
            assertThat(cut.independent()).as("window %d", i).isNotEmpty();
            assertThat(cut.independent().getFirst().pts()).isEqualTo(cut.start());
            assertThat(cut.start() + cut.duration())
                    .isEqualTo(i + 1 < cuts.size() ? cuts.get(i + 1).start() : cut.end());
        }
    }

    @Test
    void framesBeforeTheFirstKeyframeAreDropped() {
        WindowCutter cutter = cutter(false);
        closed(100).stream().skip(3).forEach(cutter::add);

        assertThat(cutter.next()).get().extracting(WindowCutter.Cut::start).isEqualTo((long) GOP * FRAME);
    }

    @Test
    void aJumpEndsTheGrid() {
        WindowCutter cutter = cutter(false);
        closed(60).forEach(frame -> assertThat(cutter.add(frame)).isTrue());

        assertThat(cutter.add(frame(160, 160, true, 0))).isFalse();
        assertThat(cutter.add(frame(20, 20, true, 0))).isFalse();
        assertThat(cutter.add(frame(60, 60, true, 0))).isTrue();
    }

    @Test
    void changedParametersEndTheGrid() {
        WindowCutter cutter = cutter(false);
        cutter.add(frame(0, 0, true, 7));
        assertThat(cutter.add(frame(1, 1, false, 0))).isTrue();
        assertThat(cutter.add(frame(2, 2, true, 7))).isTrue();

        assertThat(cutter.add(frame(3, 3, true, 8))).isFalse();
    }

    /** As a camera at daybreak. */
    @Test
    void aHigherFrameRateEndsTheGridAtAKeyframe() {
        WindowCutter cutter = cutter(false);
        List<Integer> times = new ArrayList<>();
        IntStream.rangeClosed(0, FrameRateRise.MEASURED).forEach(i -> times.add(2 * i));
        int from = times.getLast();
        IntStream.rangeClosed(1, FrameRateRise.CERTAIN).forEach(i -> times.add(from + i));
        times.forEach(time ->
                assertThat(cutter.add(frame(time, time, time % GOP == 0, 7))).isTrue());
        int next = times.getLast() + 1;
        assertThat(cutter.add(frame(next, next, false, 7))).isTrue();

        VideoFrame keyframe = frame(next + 1, next + 1, true, 7);
        assertThat(cutter.add(keyframe)).isFalse();
        assertThat(cutter.isOtherFormat(keyframe)).isTrue();
    }

    @Test
    void aLowerFrameRateDoesNotEndTheGrid() {
        WindowCutter cutter = cutter(false);
        for (int i = 0; i < 300; i++) {
            int time = i < 100 ? i : 100 + 2 * (i - 100);
            assertThat(cutter.add(frame(time, time, i % GOP == 0, 7))).isTrue();
        }
    }

    @Test
    void halfASecondOfRegularFramesIsASample() {
        WindowCutter cutter = new WindowCutter(TABLES);
        closed(13).forEach(cutter::add);
        assertThat(cutter.sample()).isEmpty();

        cutter.add(frame(13, 13, false, 0));

        assertThat(cutter.sample()).isPresent();
    }

    @Test
    void aSecondOfIrregularFramesIsASample() {
        WindowCutter cutter = new WindowCutter(TABLES);
        closed(25).stream().filter(frame -> frame.pts() != 3 * FRAME).forEach(cutter::add);
        assertThat(cutter.sample()).isEmpty();

        cutter.add(frame(25, 25, true, 0));

        assertThat(cutter.sample()).isPresent();
    }

    @Test
    void memoryIsBoundedByTheNeededGops() {
        WindowCutter cutter = cutter(false);
        int largest = 0;
        for (VideoFrame frame : closed(2000)) {
            cutter.add(frame);
            for (Optional<WindowCutter.Cut> next = cutter.next(); next.isPresent(); next = cutter.next()) {
                largest = Math.max(largest, next.get().ts().length);
            }
        }
        assertThat(largest).isLessThan(188 * 160);
        assertThat(cutter.everything().length).isLessThan(188 * 200);
    }

    private static WindowCutter cutter(boolean interlaced) {
        WindowCutter cutter = new WindowCutter(TABLES);
        cutter.rule(new WindowRule(GRID, false), FRAME, interlaced);
        return cutter;
    }

    private static List<WindowCutter.Cut> cutAll(List<VideoFrame> frames, boolean interlaced) {
        WindowCutter cutter = cutter(interlaced);
        List<WindowCutter.Cut> cuts = new ArrayList<>();
        for (VideoFrame frame : frames) {
            assertThat(cutter.add(frame)).isTrue();
            for (Optional<WindowCutter.Cut> next = cutter.next(); next.isPresent(); next = cutter.next()) {
                cuts.add(next.get());
            }
        }
        cuts.addAll(cutter.finish());
        return cuts;
    }

    /** Shown in decoding order. */
    private static List<VideoFrame> closed(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> frame(i, i, i % GOP == 0, 0))
                .toList();
    }

    /** Open GOPs: two frames that are decoded after a keyframe are presented before it, except for the first keyframe. */
    private static List<VideoFrame> open(int count) {
        List<Integer> shown = new ArrayList<>();
        for (int gop = 0; gop < count; gop += GOP) {
            shown.add(gop);
            if (gop > 0) {
                shown.add(gop - 2);
                shown.add(gop - 1);
            }
            for (int i = gop + 1; i < gop + GOP - 2; i++) {
                shown.add(i);
            }
        }
        List<VideoFrame> frames = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            frames.add(frame(shown.get(i), i - 2, shown.get(i) % GOP == 0, 0));
        }
        return frames;
    }

    private static VideoFrame frame(int shown, int decoded, boolean key, int parameters) {
        return new VideoFrame((long) shown * FRAME, (long) decoded * FRAME, key, parameters, packet(shown));
    }

    /** A null packet that carries a number. */
    private static byte[] packet(int number) {
        byte[] packet = new byte[188];
        ByteBuffer.wrap(packet).putInt(0, 0x471fff10).putInt(4, number);
        return packet;
    }

    private static List<Integer> numbers(WindowCutter.Cut cut) {
        ByteBuffer bytes = ByteBuffer.wrap(cut.ts());
        return IntStream.range(1, cut.ts().length / 188)
                .mapToObj(i -> bytes.getInt(i * 188 + 4))
                .toList();
    }
}
