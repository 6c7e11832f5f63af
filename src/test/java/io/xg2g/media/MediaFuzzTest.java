package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.List;

/** Whatever the bytes are, nothing but the declared result or exception comes out. */
class MediaFuzzTest {

    @RandomTest
    void noiseIsNoStream(RandomInput input) {
        for (int i = 0; i < 5; i++) {
            Streams.readAll(input.bytes(255), input.between(1, 400));
        }
    }

    @RandomTest
    void packetsOfNoiseAreRead(RandomInput input) {
        for (int i = 0; i < 20; i++) {
            byte[] stream = input.bytesOf(188 * input.between(1, 12));
            for (int packet = 0; packet < stream.length; packet += 188) {
                stream[packet] = 0x47;
            }
            Streams.readAll(TsBuilder.join(TsBuilder.stream(0), stream), 188);
        }
    }

    /** Each change is a place and what is done to the byte there. */
    @RandomTest
    void changedStreamsAreRead(RandomInput input) {
        for (int i = 0; i < 20; i++) {
            byte[] stream = TsBuilder.stream(1L << 32);
            Streams.damage(stream, input.anyInts(40), input.anyInt());
            Streams.readAll(stream, 1_000);
        }
    }

    @RandomTest
    void changedFilesEndInAResultOrInMalformedMedia(RandomInput input) {
        for (int i = 0; i < 30; i++) {
            byte[] file = Streams.audioFile();
            Streams.damage(file, input.anyInts(8), input.anyInt());
            Streams.readFile(file);
        }
    }

    @RandomTest
    void noiseIsNoFile(RandomInput input) {
        for (int i = 0; i < 10; i++) {
            Streams.readFile(input.bytes(255));
        }
    }

    @RandomTest
    void anyParameterSetIsReadOrRefused(RandomInput input) {
        for (int i = 0; i < 20; i++) {
            byte[] set = TsBuilder.join(new byte[] {0x67, input.of((byte) 66, (byte) 100), 0, 40}, input.bytes(60));
            Streams.settle(() -> {
                AvcParameters parameters = AvcParameters.of(set, 0, set.length);
                assertThat(parameters.width()).isBetween(0, 1 << 14);
            });
        }
    }

    @RandomTest
    void anyNalUnitsAreFound(RandomInput input) {
        for (int i = 0; i < 10; i++) {
            byte[] noise = input.bytes(255);
            int lengthBytes = input.between(1, 4);
            for (NalUnits.Unit unit : NalUnits.annexB(noise)) {
                assertThat(unit.length()).isPositive();
                assertThat(unit.to()).isLessThanOrEqualTo(noise.length);
            }
            Streams.settle(() -> NalUnits.lengthPrefixed(noise, 0, noise.length, lengthBytes));
        }
    }

    @RandomTest(tries = 300)
    void anyPicturesAreSamplesOrNot(RandomInput input) {
        byte[] noise = input.bytes(400);
        int seed = input.anyInt();
        byte[] packets = TsBuilder.join(noise, new byte[(188 - noise.length % 188) % 188]);
        VideoFrame picture = new VideoFrame(0, 0, true, 0, packets);
        TsProgram program = new TsProgram(256, TsProgram.H264, -1, -1, new byte[0]);

        assertThatCode(() -> AvcTrack.of(program, picture)
                        .ifPresent(track -> track.fragment(seed, List.of(picture), 3_600, seed)))
                .doesNotThrowAnyException();
    }
}
