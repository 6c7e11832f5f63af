package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.AacFrame;
import io.xg2g.media.AacTrack;
import io.xg2g.media.AdtsHeader;
import io.xg2g.media.FragmentedMp4;
import io.xg2g.media.MalformedMedia;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AudioRenditionTest {
    /** AAC-LC, 48 kHz, stereo, one byte of data. */
    private static final byte[] FRAME = {(byte) 0xff, (byte) 0xf1, 0x4c, (byte) 0x80, 0x01, 0x1f, (byte) 0xfc, 0};

    private static final long OFFSET = 1_795_000_000L * 90_000;
    private static final int FRAME_TICKS = 1920;
    private static final int WINDOW = 180_000;
    private static final int RATE = 48_000;

    private final AudioRendition audio =
            new AudioRendition(new AacTrack(AdtsHeader.parse(FRAME, 0).orElseThrow()), OFFSET);

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void segmentsAreContiguousWithAnyFramesMissing(long seed) throws MalformedMedia {
        // Given windows that are partly short, without audio, or lost after their audio was cut
        Random random = new Random(seed);
        long frame = random.nextInt(FRAME_TICKS);
        long start = 0;
        long end = Long.MIN_VALUE;
        for (int window = 0; window < 60; window++) {
            long to = start + (random.nextInt(6) == 0 ? 3600 * (1 + random.nextInt(20)) : WINDOW);
            List<AacFrame> frames = new ArrayList<>();
            for (; frame < to; frame += FRAME_TICKS) {
                frames.add(frame(frame + random.nextInt(200)));
            }
            damage(frames, start, to, random);
            boolean lost = random.nextInt(4) == 0;

            // When
            Optional<AudioRendition.AudioSegment> piece = audio.segment(frames, start, to);
            Segment segment = segment(piece, start, to, lost);

            // Then
            if (end != Long.MIN_VALUE) {
                assertThat(segment.time()).isEqualTo(end);
            }
            assertThat(segment.gap()).isEqualTo(lost || piece.isEmpty());
            assertThat((double) (segment.end() - audio.samples(to)) / RATE)
                    .as("seconds by which it ends beside its window")
                    .isBetween(-0.1, 0.1);
            if (piece.isPresent()) {
                byte[] media = piece.get().bytes();
                assertThat(FragmentedMp4.samples(media).getFirst().dts()).isEqualTo(segment.time());
                assertThat(FragmentedMp4.fragment(media).duration()).isEqualTo(segment.duration());
            }
            end = segment.end();
            start = to;
        }
    }

    /** Drops single, consecutive or all frames, duplicates some, and changes the times of some. */
    private static void damage(List<AacFrame> frames, long from, long to, Random random) {
        switch (random.nextInt(6)) {
            case 0 -> frames.clear();
            case 1 -> frames.removeIf(_ -> random.nextInt(3) == 0);
            case 2 -> {
                int hole = random.nextInt(frames.size() + 1);
                frames.subList(hole, Math.min(frames.size(), hole + random.nextInt(90)))
                        .clear();
            }
            case 3 -> {
                for (int i = frames.size() - 1; i >= 0; i -= 1 + random.nextInt(20)) {
                    frames.add(i, frames.get(i));
                }
            }
            case 4 -> {
                // The frames after a late one are a tick apart, as a muxer keeps times increasing.
                int wrong = random.nextInt(frames.size() + 1);
                long time = wrong < frames.size() ? frames.get(wrong).pts() + random.nextLong(to - from) : 0;
                for (int i = wrong; i < frames.size() && frames.get(i).pts() < time; i++) {
                    frames.set(i, frame(time++));
                }
                frames.removeIf(frame -> frame.pts() >= to);
            }
            default -> {
                // Unchanged.
            }
        }
    }

    @Test
    void theSegmentAfterLateAudioStartsAtTheEndOfThePreviousOne() {
        // Given a window that was published with only the first 0.29 s of its audio
        AudioRendition.AudioSegment early = segment(0, WINDOW, frames(0, 27_000));
        AudioRendition.AudioSegment next = segment(WINDOW, 2 * WINDOW, frames(WINDOW + 551, 2 * WINDOW));

        assertThat(next.time()).isEqualTo(early.time() + early.duration());
        assertThat(next.duration() / 1024.0).isBetween(92.0, 95.0);
    }

    @Test
    void audioAfterAGapKeepsItsTime() throws MalformedMedia {
        // Given audio whose middle second is missing
        List<AacFrame> frames = frames(0, 45_000);
        frames.addAll(frames(135_000, WINDOW));

        AudioRendition.AudioSegment piece = segment(0, WINDOW, frames);

        // Then it is replaced by silence
        List<FragmentedMp4.Sample> samples = FragmentedMp4.samples(piece.bytes());
        List<Integer> silent = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            if (samples.get(i).size() > 1) {
                silent.add(i);
            }
        }
        assertThat(silent).hasSizeBetween(46, 48);
        assertThat(silent.getFirst()).isEqualTo(24);
        assertThat(silent.getLast() - silent.getFirst()).isEqualTo(silent.size() - 1);
    }

    @Test
    void aWindowWithoutAudioIsSilent() throws MalformedMedia {
        segment(0, WINDOW, frames(0, WINDOW));

        AudioRendition.AudioSegment silent = segment(WINDOW, 2 * WINDOW, List.of());

        assertThat(silent.silent()).isTrue();
        assertThat(silent.segment(false).content()).isEqualTo(Segment.Content.HELD);
        assertThat(FragmentedMp4.samples(silent.bytes())).hasSizeBetween(93, 94).allMatch(sample -> sample.size() > 1);
    }

    @Test
    void framesAfterAChangeOfTheOffsetKeepTheirOwnTime() throws MalformedMedia {
        AudioRendition.AudioSegment before = segment(0, WINDOW, frames(0, WINDOW));

        // When the source continues 0.5 s later in its own time, and at once in channel time
        audio.offset(OFFSET - 45_000);
        List<AacFrame> frames = frames(WINDOW + 45_000 + 700, 2 * WINDOW + 45_000);
        AudioRendition.AudioSegment after = segment(WINDOW + 45_000, 2 * WINDOW + 45_000, frames);

        // Then a silent frame lasts until the second one
        assertThat(after.time()).isEqualTo(before.time() + before.duration());
        List<FragmentedMp4.Sample> samples = FragmentedMp4.samples(after.bytes());
        assertThat(samples.get(1).dts()).isEqualTo(audio.samples(frames.get(1).pts()));
        assertThat(after.frames().get(1).pts()).isEqualTo(OFFSET + WINDOW + 700 + FRAME_TICKS);
    }

    @ParameterizedTest
    @ValueSource(longs = {-3000, -1440, -960, -480, 480, 960, 1440, 3000, 20_000})
    void framesOfAnotherPhaseHaveTheirOwnTimesFromTheNextSegmentOn(long ticks) throws MalformedMedia {
        // Given a source that continues with an overlap or a gap within a window, as one that loops does
        List<AacFrame> frames = frames(0, 90_000);
        long phase = frames.getLast().pts() + FRAME_TICKS + ticks;
        frames.removeIf(frame -> frame.pts() >= phase);
        frames.addAll(frames(phase, WINDOW));
        AudioRendition.AudioSegment changed = segment(0, WINDOW, frames);
        long following = frames.getLast().pts() + FRAME_TICKS;

        AudioRendition.AudioSegment first = segment(WINDOW, 2 * WINDOW, frames(following, 2 * WINDOW));
        long last = following + (2 * WINDOW - following + FRAME_TICKS - 1) / FRAME_TICKS * FRAME_TICKS;
        AudioRendition.AudioSegment second = segment(2 * WINDOW, 3 * WINDOW, frames(last, 3 * WINDOW));

        assertThat(deviations(changed)).allMatch(samples -> Math.abs(samples) <= 512);
        assertThat(deviations(first).stream().skip(1)).allMatch(samples -> Math.abs(samples) <= 192);
        assertThat(deviations(second)).allMatch(samples -> Math.abs(samples) <= 192);
        assertThat(first.time()).isEqualTo(changed.time() + changed.duration());
        assertThat(second.time()).isEqualTo(first.time() + first.duration());
    }

    /** Samples by which each frame is published after its own time. */
    private List<Long> deviations(AudioRendition.AudioSegment segment) throws MalformedMedia {
        List<FragmentedMp4.Sample> samples = FragmentedMp4.samples(segment.bytes());
        List<Long> deviations = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            deviations.add(
                    samples.get(i).dts() - audio.samples(segment.frames().get(i).pts() - OFFSET));
        }
        return deviations;
    }

    @Test
    void theFirstSegmentStartsWithItsWindow() {
        AudioRendition.AudioSegment piece = segment(0, WINDOW, frames(90_000, WINDOW));

        assertThat(piece.time() - audio.samples(0)).isBetween(0L, 1023L);
    }

    private AudioRendition.AudioSegment segment(long from, long to, List<AacFrame> frames) {
        return audio.segment(frames, from, to).orElseThrow();
    }

    private Segment segment(Optional<AudioRendition.AudioSegment> piece, long from, long to, boolean lost) {
        return piece.map(made -> made.segment(lost)).orElseGet(() -> audio.gap(from, to));
    }

    private static List<AacFrame> frames(long from, long to) {
        List<AacFrame> frames = new ArrayList<>();
        for (long pts = from; pts < to; pts += FRAME_TICKS) {
            frames.add(frame(pts));
        }
        return frames;
    }

    private static AacFrame frame(long pts) {
        return new AacFrame(pts, FRAME);
    }
}
