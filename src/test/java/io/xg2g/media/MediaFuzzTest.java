package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever the bytes are, nothing but the declared result or exception comes out. */
class MediaFuzzTest {

    @Property(tries = 500)
    void noiseIsNoStream(@ForAll byte[] noise, @ForAll @IntRange(min = 1, max = 400) int piece) {
        Streams.readAll(noise, piece);
    }

    @Property(tries = 2_000)
    void packetsOfNoiseAreRead(
            @ForAll @Size(min = 1, max = 600) byte[] noise, @ForAll @IntRange(min = 1, max = 12) int packets) {
        byte[] stream = new byte[packets * 188];
        for (int i = 0; i < stream.length; i++) {
            stream[i] = i % 188 == 0 ? 0x47 : noise[i % noise.length];
        }
        Streams.readAll(TsBuilder.join(TsBuilder.stream(0), stream), 188);
    }

    /** Each change is a place and what is done to the byte there. */
    @Property(tries = 2_000)
    void changedStreamsAreRead(@ForAll @Size(max = 40) int[] places, @ForAll int seed) {
        byte[] stream = TsBuilder.stream(1L << 32);
        Streams.damage(stream, places, seed);
        Streams.readAll(stream, 1_000);
    }

    @Property(tries = 3_000)
    void changedFilesEndInAResultOrInMalformedMedia(@ForAll @Size(max = 8) int[] places, @ForAll int seed)
            throws Exception {
        byte[] file = file();
        Streams.damage(file, places, seed);
        Streams.readFile(file);
    }

    @Property(tries = 1_000)
    void noiseIsNoFile(@ForAll byte[] noise) {
        Streams.readFile(noise);
    }

    @Property(tries = 2_000)
    void anyParameterSetIsReadOrRefused(@ForAll @Size(max = 60) byte[] noise, @ForAll boolean high) {
        byte[] set = TsBuilder.join(new byte[] {0x67, (byte) (high ? 100 : 66), 0, 40}, noise);
        Streams.settle(() -> {
            AvcParameters parameters = AvcParameters.of(set, 0, set.length);
            assertThat(parameters.width()).isBetween(0, 1 << 14);
        });
    }

    @Property(tries = 1_000)
    void anyNalUnitsAreFound(@ForAll byte[] noise, @ForAll @IntRange(min = 1, max = 4) int lengthBytes) {
        for (NalUnits.Unit unit : NalUnits.annexB(noise)) {
            assertThat(unit.length()).isPositive();
            assertThat(unit.to()).isLessThanOrEqualTo(noise.length);
        }
        Streams.settle(() -> NalUnits.lengthPrefixed(noise, 0, noise.length, lengthBytes));
    }

    @Property(tries = 300)
    void anyPicturesAreSamplesOrNot(@ForAll @Size(max = 400) byte[] noise, @ForAll int seed) {
        byte[] packets = TsBuilder.join(noise, new byte[(188 - noise.length % 188) % 188]);
        VideoFrame picture = new VideoFrame(0, 0, true, 0, packets);
        TsProgram program = new TsProgram(256, TsProgram.H264, -1, -1, new byte[0]);

        assertThatCode(() -> AvcTrack.of(program, picture)
                        .ifPresent(track -> track.fragment(seed, List.of(picture), 3_600, seed)))
                .doesNotThrowAnyException();
    }

    /** A small fragmented file with audio in it, which reads as far as that goes. */
    private static byte[] file() {
        AacTrack track = new AacTrack(AdtsHeader.parse(TsBuilder.adts(100), 0).orElseThrow());
        List<AacFrame> frames = List.of(new AacFrame(0, TsBuilder.adts(100)), new AacFrame(1_920, TsBuilder.adts(200)));
        return TsBuilder.join(track.init(), track.fragment(1, 0, frames), track.fragment(2, 2_048, frames));
    }
}
