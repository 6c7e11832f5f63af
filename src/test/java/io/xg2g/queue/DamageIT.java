package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each bit and each byte of a larger log than that of {@link DamageTest}. */
@Tag("nightly")
class DamageIT {
    /** Distance of the bits that are flipped in the whole log, which takes a hundred times as long as a part: in headers, and behind. */
    private static final int HEADER_STEP = 7;

    private static final int STEP = 251;

    private static DamagedLog log;

    @BeforeAll
    static void write() throws IOException {
        log = new DamagedLog(1 << 20);
    }

    /** A file is opened with the next one only: {@link #aPartOfTheLogLosesWhatTheWholeLogLoses} shows that the others do not matter. */
    @Test
    void eachBitOfAMegabyte() {
        log.files().parallelStream().forEach(file -> {
            try {
                DamagedLog part = log.around(file);
                int length = part.copy().content(file).length;
                assertThat(length).isEqualTo(log.copy().content(file).length);
                for (int bit = 0; bit < 8 * length; bit++) {
                    DamageTest.flip(part, file, bit / 8, bit % 8);
                }
            } catch (IOException bug) {
                throw new UncheckedIOException(bug);
            }
        });
    }

    @Test
    void aPartOfTheLogLosesWhatTheWholeLogLoses() {
        log.files().parallelStream().forEach(file -> {
            try {
                DamagedLog part = log.around(file);
                int length = part.copy().content(file).length;
                for (int at = 0; at < length; at += at < SegmentHeader.BYTES ? HEADER_STEP : STEP) {
                    assertThat(DamageTest.flip(log, file, at, at % 8))
                            .as("byte %d of %s", at, file)
                            .isEqualTo(DamageTest.flip(part, file, at, at % 8));
                }
            } catch (IOException bug) {
                throw new UncheckedIOException(bug);
            }
        });
    }

    @Test
    void eachByteOfThreeFiles() throws IOException {
        DamagedLog three = new DamagedLog(5 * DamagedLog.SEGMENT_BYTES / 2);
        for (String file : three.files()) {
            DamageTest.shorten(three, file, 1);
        }
    }
}
