package io.xg2g.queue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each bit and each byte of a larger log than that of {@link DamageTest}. */
@Tag("nightly")
class DamageIT {

    @Test
    void eachBitOfAMegabyte() throws IOException {
        DamagedLog log = new DamagedLog(1 << 20);
        for (String file : log.files()) {
            int length = log.copy().content(file).length;
            for (int bit = 0; bit < 8 * length; bit++) {
                DamageTest.flip(log, file, bit / 8, bit % 8);
            }
        }
    }

    @Test
    void eachByteOfThreeFiles() throws IOException {
        DamagedLog log = new DamagedLog(5 * DamagedLog.SEGMENT_BYTES / 2);
        for (String file : log.files()) {
            DamageTest.shorten(log, file, 1);
        }
    }
}
