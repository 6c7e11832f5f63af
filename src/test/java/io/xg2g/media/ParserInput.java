package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;

/** Arbitrary bytes, and calls of all parsers. */
final class ParserInput {
    private ParserInput() {}

    interface Reading {
        void run() throws MalformedMedia;
    }

    /** Runs a parser that may refuse its input. */
    static void settle(Reading reading) {
        try {
            reading.run();
        } catch (MalformedMedia refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    /** Flips, overwrites and repeats bytes at the places. */
    static void damage(byte[] bytes, int[] places, int seed) {
        Random random = new Random(seed);
        for (int place : places) {
            int at = Math.floorMod(place, bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) 0xff;
                case 2 -> bytes[at] = (byte) random.nextInt(256);
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(400), bytes.length - Math.max(at, from));
                    System.arraycopy(bytes, from, bytes, at, length);
                }
            }
        }
    }

    /** Runs all parsers of transport streams. */
    static void readAll(byte[] stream, int piece) {
        DemuxedStream demuxed = DemuxedStream.of(stream, piece);
        SourceMonitor monitor = new SourceMonitor(new ByteArrayOutputStream());
        for (int at = 0; at < stream.length; at += piece) {
            monitor.accept(stream, at, Math.min(piece, stream.length - at));
            monitor.change();
        }
        assertThat(demuxed.videoFrames.stream()
                        .mapToLong(videoFrame -> videoFrame.packets().length)
                        .sum())
                .as("no byte is given out twice")
                .isLessThanOrEqualTo(stream.length);
        assertThat(demuxed.frames.stream()
                        .mapToLong(frame -> frame.adts().length)
                        .sum())
                .isLessThanOrEqualTo(stream.length);
        byte[] shifted = stream.clone();
        TsTimes.shift(shifted, 900_000);
        for (TsProgram program : demuxed.programs) {
            demuxed.videoFrames.stream().limit(3).forEach(videoFrame -> AvcTrack.of(program, videoFrame));
        }
    }

    /** Runs all parsers of fragmented files. */
    static void readFile(byte[] file) {
        settle(() -> {
            FragmentedMp4.Parts parts = FragmentedMp4.split(file);
            settle(() -> FragmentedMp4.track(parts.init()));
            settle(() -> FragmentedMp4.fragment(parts.media()));
            settle(() -> {
                List<FragmentedMp4.Sample> samples = FragmentedMp4.samples(parts.media());
                assertThat(samples).isNotEmpty().hasSizeLessThanOrEqualTo(parts.media().length);
                for (FragmentedMp4.Sample sample : samples) {
                    assertThat(sample.offset()).isNotNegative();
                    assertThat((long) sample.offset() + sample.size()).isLessThanOrEqualTo(parts.media().length);
                }
            });
            settle(() -> new TsMuxer(parts.init(), true).segment(parts.media(), List.of()));
            settle(() -> FragmentedMp4.lasting(parts.media(), 180_000));
            settle(() -> FragmentedMp4.rebase(parts.media(), 90_000, 5));
        });
    }

    /** A small fragmented file with audio, as a seed. */
    static byte[] audioFile() {
        AacTrack track = new AacTrack(AdtsHeader.parse(TsBuilder.adts(100), 0).orElseThrow());
        List<AacFrame> frames = List.of(new AacFrame(0, TsBuilder.adts(100)), new AacFrame(1_920, TsBuilder.adts(200)));
        return TsBuilder.join(track.init(), track.fragment(1, 0, 0, frames), track.fragment(2, 2_048, 7, frames));
    }
}
