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
    void everyPictureOfAClosedGopSourceIsInItsWindow() {
        List<WindowCutter.Cut> cuts = cutAll(closed(200), false);

        assertThat(cuts).extracting(WindowCutter.Cut::index).containsExactly(0L, 1L, 2L, 3L);
        assertThat(cuts).extracting(WindowCutter.Cut::frames).containsOnly(50);
        assertThat(numbers(cuts.get(1)))
                .containsAll(IntStream.range(50, 100).boxed().toList());
    }

    @Test
    void aWindowBeginsWithTheGroupOfItsFirstPicture() {
        assertThat(numbers(cutAll(closed(200), false).get(2))).startsWith(100).doesNotContain(99);
    }

    @Test
    void anOpenGroupBringsTheOneBeforeIt() {
        List<Integer> second = numbers(cutAll(open(200), true).get(1));

        // Pictures 48 and 49 are needed to deinterlace 50, come after it, and refer back to the group of 25.
        assertThat(second).containsAll(IntStream.range(48, 101).boxed().toList());
        assertThat(second.getFirst()).isEqualTo(25);
    }

    @Test
    void deinterlacingGetsItsNeighbours() {
        List<Integer> second = numbers(cutAll(closed(200), true).get(1));

        assertThat(second).contains(48, 49, 100);
    }

    @Test
    void picturesThatStandForThemselvesAreGivenApart() {
        List<WindowCutter.Cut> closed = cutAll(closed(200), false);
        List<WindowCutter.Cut> open = cutAll(open(200), false);

        assertThat(closed.get(1).own())
                .hasSize(50)
                .first()
                .extracting(VideoFrame::pts)
                .isEqualTo(50L * FRAME);
        assertThat(closed.get(1).end()).isEqualTo(100L * FRAME);
        assertThat(open).allSatisfy(cut -> assertThat(cut.own()).isEmpty());
    }

    @Test
    void aWindowIsGivenWhenItsLastPictureHasCome() {
        WindowCutter cutter = cutter(false);
        List<VideoFrame> pictures = closed(200);
        for (int i = 0; i < 50; i++) {
            cutter.add(pictures.get(i));
        }
        assertThat(cutter.next()).isEmpty();

        cutter.add(pictures.get(50));

        assertThat(cutter.next()).isPresent();
        assertThat(cutter.next()).isEmpty();
    }

    @Test
    void theEndGivesWhatHasBegun() {
        WindowCutter cutter = cutter(false);
        closed(70).forEach(cutter::add);
        assertThat(cutter.next()).isPresent();

        Optional<WindowCutter.Cut> rest = cutter.finish();

        assertThat(rest).get().extracting(WindowCutter.Cut::frames).isEqualTo(20);
    }

    @Test
    void picturesBeforeTheFirstKeyPictureAreLeftOut() {
        WindowCutter cutter = cutter(false);
        closed(100).stream().skip(3).forEach(cutter::add);

        assertThat(cutter.start()).isEqualTo(GOP * FRAME);
    }

    @Test
    void aJumpEndsTheGrid() {
        WindowCutter cutter = cutter(false);
        closed(60).forEach(picture -> assertThat(cutter.add(picture)).isTrue());

        assertThat(cutter.add(picture(160, 160, true, 0))).isFalse();
        assertThat(cutter.add(picture(20, 20, true, 0))).isFalse();
        assertThat(cutter.add(picture(60, 60, true, 0))).isTrue();
    }

    @Test
    void otherParametersEndTheGrid() {
        WindowCutter cutter = cutter(false);
        cutter.add(picture(0, 0, true, 7));
        assertThat(cutter.add(picture(1, 1, false, 0))).isTrue();
        assertThat(cutter.add(picture(2, 2, true, 7))).isTrue();

        assertThat(cutter.add(picture(3, 3, true, 8))).isFalse();
    }

    @Test
    void aSecondOfPicturesIsASample() {
        WindowCutter cutter = new WindowCutter(TABLES);
        closed(25).forEach(cutter::add);
        assertThat(cutter.sample()).isEmpty();

        cutter.add(picture(25, 25, true, 0));

        assertThat(cutter.sample()).isPresent();
    }

    @Test
    void memoryIsBoundedByTheGroupsThatAreNeeded() {
        WindowCutter cutter = cutter(false);
        int largest = 0;
        for (VideoFrame picture : closed(2000)) {
            cutter.add(picture);
            for (Optional<WindowCutter.Cut> next = cutter.next(); next.isPresent(); next = cutter.next()) {
                largest = Math.max(largest, next.get().ts().length);
            }
        }
        assertThat(largest).isLessThan(188 * 160);
        assertThat(cutter.everything().length).isLessThan(188 * 200);
    }

    private static WindowCutter cutter(boolean interlaced) {
        WindowCutter cutter = new WindowCutter(TABLES);
        cutter.grid(GRID, FRAME, interlaced);
        return cutter;
    }

    private static List<WindowCutter.Cut> cutAll(List<VideoFrame> pictures, boolean interlaced) {
        WindowCutter cutter = cutter(interlaced);
        List<WindowCutter.Cut> cuts = new ArrayList<>();
        for (VideoFrame picture : pictures) {
            assertThat(cutter.add(picture)).isTrue();
            for (Optional<WindowCutter.Cut> next = cutter.next(); next.isPresent(); next = cutter.next()) {
                cuts.add(next.get());
            }
        }
        cutter.finish().ifPresent(cuts::add);
        return cuts;
    }

    /** Shown in decoding order. */
    private static List<VideoFrame> closed(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> picture(i, i, i % GOP == 0, 0))
                .toList();
    }

    /** Before each key picture but the first two are shown that are decoded after it. */
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
        List<VideoFrame> pictures = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            pictures.add(picture(shown.get(i), i - 2, shown.get(i) % GOP == 0, 0));
        }
        return pictures;
    }

    private static VideoFrame picture(int shown, int decoded, boolean key, int parameters) {
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
