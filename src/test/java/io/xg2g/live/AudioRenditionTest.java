package io.xg2g.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.AacFrame;
import io.xg2g.media.AdtsHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class AudioRenditionTest {
    /** AAC-LC, 48 kHz, stereo, one byte of data. */
    private static final byte[] FRAME = {(byte) 0xff, (byte) 0xf1, 0x4c, (byte) 0x80, 0x01, 0x1f, (byte) 0xfc, 0};

    private static final long OFFSET = 1_795_000_000L * 90_000;
    private static final int FRAME_TICKS = 1920;
    private static final int RATE = 48_000;

    @Property(tries = 300)
    void noSegmentBeginsBeforeTheOneBeforeItEnds(@ForAll long seed) {
        // Given windows some of which are short, without sound, or lost after their sound was cut
        Random random = new Random(seed);
        AudioRendition audio = new AudioRendition(AdtsHeader.parse(FRAME, 0).orElseThrow(), OFFSET);
        long end = Long.MIN_VALUE;
        long frame = random.nextInt(FRAME_TICKS);
        long start = 0;
        for (int window = 0; window < 60; window++) {
            long to = start + (random.nextInt(6) == 0 ? 3600 * (1 + random.nextInt(20)) : 180_000);
            List<AacFrame> frames = new ArrayList<>();
            for (; frame < to; frame += FRAME_TICKS) {
                frames.add(new AacFrame(frame + random.nextInt(200), FRAME));
            }
            boolean silent = random.nextInt(4) == 0;
            boolean lost = random.nextInt(4) == 0;
            long from = start;

            // When
            Optional<AudioRendition.Piece> piece = audio.segment(silent ? List.of() : frames);
            Segment segment = piece.map(made -> made.segment(lost)).orElseGet(() -> audio.gap(from, to));

            // Then
            assertThat(segment.time()).isGreaterThanOrEqualTo(end);
            assertThat(segment.gap()).isEqualTo(lost || piece.isEmpty());
            assertThat((double) (segment.end() - audio.samples(to)) / RATE)
                    .as("seconds by which it ends beside its window")
                    .isBetween(-0.1, 0.1);
            end = segment.end();
            start = to;
        }
    }
}
