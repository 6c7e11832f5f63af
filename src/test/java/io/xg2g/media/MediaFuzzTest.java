package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.List;

/** Test that random bytes end in the declared result or exception. */
class MediaFuzzTest {

    @RandomTest
    void randomBytesAreNoStream(RandomInput input) {
        for (int i = 0; i < 5; i++) {
            ParserInput.readAll(input.bytes(255), input.between(1, 400));
        }
    }

    @RandomTest
    void randomPacketsAreRead(RandomInput input) {
        for (int i = 0; i < 20; i++) {
            byte[] stream = input.bytesOf(188 * input.between(1, 12));
            for (int packet = 0; packet < stream.length; packet += 188) {
                stream[packet] = 0x47;
            }
            ParserInput.readAll(TsBuilder.join(TsBuilder.stream(0), stream), 188);
        }
    }

    /** Each change is a place and what is done to the byte there. */
    @RandomTest
    void changedStreamsAreRead(RandomInput input) {
        for (int i = 0; i < 20; i++) {
            byte[] stream = TsBuilder.stream(1L << 32);
            ParserInput.damage(stream, input.anyInts(40), input.anyInt());
            ParserInput.readAll(stream, 1_000);
        }
    }

    @RandomTest
    void changedFilesAreReadOrRefusedAsMalformed(RandomInput input) {
        for (int i = 0; i < 30; i++) {
            byte[] file = ParserInput.audioFile();
            ParserInput.damage(file, input.anyInts(8), input.anyInt());
            ParserInput.readFile(file);
        }
    }

    @RandomTest
    void randomBytesAreNoFile(RandomInput input) {
        for (int i = 0; i < 10; i++) {
            ParserInput.readFile(input.bytes(255));
        }
    }

    @RandomTest
    void anyParameterSetIsReadOrRefused(RandomInput input) {
        for (int i = 0; i < 20; i++) {
            byte[] set = TsBuilder.join(new byte[] {0x67, input.of((byte) 66, (byte) 100), 0, 40}, input.bytes(60));
            ParserInput.settle(() -> {
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
            ParserInput.settle(() -> NalUnits.lengthPrefixed(noise, 0, noise.length, lengthBytes));
        }
    }

    @RandomTest(tries = 300)
    void anyFramesAreReadOrRefused(RandomInput input) {
        byte[] noise = input.bytes(400);
        int seed = input.anyInt();
        byte[] packets = TsBuilder.join(noise, new byte[(188 - noise.length % 188) % 188]);
        VideoFrame videoFrame = new VideoFrame(0, 0, true, 0, packets);
        TsProgram program = new TsProgram(256, TsProgram.H264, -1, -1, new byte[0]);

        assertThatCode(() -> AvcTrack.of(program, videoFrame)
                        .ifPresent(track -> track.fragment(seed, List.of(videoFrame), 3_600, seed)))
                .doesNotThrowAnyException();
    }
}
