package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PictureLogTest {
    private static final long BEGIN = 1_000_000_000_000L;

    private final PictureLog log = new PictureLog();

    @Test
    void picturesInOrderHaveNoFault() {
        play(0, 10, 100);

        assertThat(log.faults(at(0), at(10), 1)).isEmpty();
        assertThat(log.advanced(at(0), at(10))).isCloseTo(10, within(0.1));
        assertThat(log.latest()).hasValue(349);
    }

    @Test
    void theNumbersBeginAgainAfterTheClip() {
        play(0, 4, PictureCounter.PICTURES - 50);

        assertThat(log.faults(at(0), at(4), 1)).isEmpty();
        assertThat(log.advanced(at(0), at(4))).isCloseTo(4, within(0.1));
    }

    @Test
    void anOldPictureIsAFault() {
        play(0, 4, 1000);
        play(4, 8, 1050);

        assertThat(log.faults(at(0), at(8), 1)).containsExactly("a picture 2.0 s older than one before it");
        assertThat(log.faults(at(5), at(8), 1)).isEmpty();
    }

    @Test
    void aStillPictureIsAFaultAlsoAtTheEnd() {
        play(0, 2, 0);
        play(5, 6, 50);

        assertThat(log.faults(at(0), at(6), 1)).containsExactly("still for 3.0 s");
        assertThat(log.faults(at(0), at(6), 4)).isEmpty();
        assertThat(log.faults(at(0), at(12), 4)).containsExactly("still for 6.0 s");
    }

    @Test
    void garbageIsAFaultAndATornPictureIsNot() {
        play(0, 2, 0);
        log.add(at(2), PictureCounter.UNREADABLE);
        play(2.1, 4, 50);
        assertThat(log.faults(at(0), at(4), 1)).isEmpty();

        log.add(at(4), PictureCounter.UNREADABLE);
        play(4.9, 6, 120);
        assertThat(log.faults(at(0), at(6), 1)).containsExactly("0.9 s of garbage");
    }

    @Test
    void aDarkScreenIsNoPicture() {
        log.add(at(0), PictureCounter.DARK);
        play(3, 4, 500);

        assertThat(log.firstAfter(at(1))).hasValueCloseTo(2.0, within(0.001));
        assertThat(log.faults(at(3), at(4), 1)).isEmpty();
    }

    @Test
    void aPictureIsReachedByANewerOne() {
        play(0, 4, 0);

        assertThat(log.reached(at(0), 50)).hasValueCloseTo(2.0, within(0.001));
        assertThat(log.reached(at(0), 101)).isEmpty();
        assertThat(log.reached(at(3), 50)).hasValue(0);
    }

    @Test
    void aNumberIsReadFromTwoRows() {
        int number = 0x1234;

        assertThat(PictureCounter.read((x, y) -> white(number, x, y) ? 235 : 16))
                .isEqualTo(number);
        assertThat(PictureCounter.read((x, y) -> white(number, x, y) ? 110 : 60))
                .isEqualTo(number);
        assertThat(PictureCounter.read((_, _) -> 16)).isEqualTo(PictureCounter.DARK);
        assertThat(PictureCounter.read((_, _) -> 128)).isEqualTo(PictureCounter.UNREADABLE);
        assertThat(PictureCounter.read((x, y) -> white(y < 0.1 ? number : number + 1, x, y) ? 235 : 16))
                .as("torn")
                .isEqualTo(PictureCounter.UNREADABLE);
        assertThat(PictureCounter.read((x, y) -> white(0xffff, x, y) ? 235 : 16))
                .as("more than a clip has")
                .isEqualTo(PictureCounter.UNREADABLE);
    }

    private static boolean white(int number, double x, double y) {
        int block = (int) (x * PictureCounter.BLOCKS);
        boolean first = switch (block) {
            case 0, 19 -> true;
            case 1, 18 -> false;
            default -> (number >> block - 2 & 1) == 1;
        };
        return y < 0.1 == first;
    }

    private void play(double from, double to, int number) {
        int pictures = (int) Math.round((to - from) * PictureCounter.RATE);
        for (int i = 0; i < pictures; i++) {
            log.add(at(from + (double) i / PictureCounter.RATE), Math.floorMod(number + i, PictureCounter.PICTURES));
        }
    }

    private static long at(double seconds) {
        return BEGIN + Math.round(seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
