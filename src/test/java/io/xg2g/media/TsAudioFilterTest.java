package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.TestStreams.Entry;
import io.xg2g.media.TestStreams.Program;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TsAudioFilterTest {
    private static final int VIDEO = 0x100;
    private static final int DEU = 0x101;
    private static final int DESCRIBED = 0x102;
    private static final int ENG = 0x103;
    private static final Program PROGRAM = Program.of(
            1,
            new Entry(VIDEO, TsProgram.H264),
            new Entry(DEU, TsProgram.ADTS, TestStreams.language("ger", 0)),
            new Entry(DESCRIBED, TsProgram.ADTS, TestStreams.language("deu", 3)),
            new Entry(ENG, 0x81, TestStreams.language("eng", 0)));

    private static byte[] stream() {
        TestStreams streams = new TestStreams();
        for (int i = 0; i < 4; i++) {
            streams.tables(PROGRAM);
            streams.video(VIDEO, i * 3_600L, true).audio(DEU, i * 3_600L);
            streams.audio(DESCRIBED, i * 3_600L).audio(ENG, i * 3_600L);
        }
        return streams.take();
    }

    private static TsAudioFilter of(String language, AudioRole role, String... preferred) {
        return TsAudioFilter.of(
                new AudioTrackInfo(language, role, AudioCodec.AAC, 0),
                new StreamPreferences(OptionalInt.empty(), List.of(preferred)));
    }

    @ParameterizedTest
    @CsvSource({
        "deu, MAIN, 257",
        "deu, DESCRIPTION, 258",
        "deu, HEARING_IMPAIRED, 257",
        "eng, MAIN, 259",
        "eng, DESCRIPTION, 259",
        "fra, MAIN, 259"
    })
    void oneAudioStreamPasses(String language, AudioRole role, int pid) {
        byte[] passed = of(language, role, "eng").filter(stream());

        assertThat(TestStreams.pids(passed)).containsExactlyInAnyOrder(0, 4097, VIDEO, pid);
        assertThat(map(passed).streams()).extracting(TsStream::pid).containsExactly(VIDEO, pid);
    }

    /** As in IPTV streams without descriptors. */
    @ParameterizedTest
    @CsvSource({"0, 257", "1, 258", "2, 257"})
    void oneOfSeveralStreamsOfALanguagePasses(int ordinal, int pid) {
        TestStreams streams = new TestStreams();
        streams.tables(Program.of(
                1,
                new Entry(VIDEO, TsProgram.H264),
                new Entry(DEU, TsProgram.ADTS),
                new Entry(DESCRIBED, TsProgram.ADTS)));
        TsAudioFilter filter = TsAudioFilter.of(
                new AudioTrackInfo("", AudioRole.MAIN, AudioCodec.AAC, ordinal), StreamPreferences.NONE);

        assertThat(map(filter.filter(streams.take())).streams())
                .extracting(TsStream::pid)
                .containsExactly(VIDEO, pid);
    }

    @Test
    void aacPasses() {
        assertThat(map(TsAudioFilter.ofAac().filter(stream())).streams())
                .extracting(TsStream::pid)
                .containsExactly(VIDEO, DEU, DESCRIBED);
    }

    @RandomTest(tries = 50)
    void theChunkSizeDoesNotMatter(RandomInput input) {
        byte[] stream = TsBuilder.join(stream(), new byte[3], stream());
        TsAudioFilter filter = of("deu", AudioRole.MAIN);
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        for (int at = 0; at < stream.length; ) {
            int end = Math.min(stream.length, at + input.between(1, 1000));
            passed.writeBytes(filter.filter(Arrays.copyOfRange(stream, at, end)));
            at = end;
        }

        assertThat(passed.toByteArray())
                .isEqualTo(of("deu", AudioRole.MAIN).filter(stream))
                .hasSizeGreaterThan(0);
    }

    /** Repeated tables have the same version, and counters without a gap. */
    @Test
    void aChangeOfTheTablesIsPassedWithAnotherVersion() {
        TestStreams later = new TestStreams();
        later.tables(PROGRAM).tables(Program.of(1, new Entry(VIDEO, TsProgram.H264), new Entry(0x200, TsProgram.ADTS)));
        byte[] passed = of("deu", AudioRole.MAIN).filter(TsBuilder.join(stream(), later.take()));

        int counter = -1;
        for (int at = 0; at < passed.length; at += TsPacket.SIZE) {
            if (TsPacket.pid(passed, at) == 4097) {
                assertThat(TsPacket.continuity(passed, at)).isEqualTo((counter + 1) & 0x0f);
                counter = TsPacket.continuity(passed, at);
            }
        }
        assertThat(counter).isPositive();
        assertThat(map(passed).streams()).extracting(TsStream::pid).containsExactly(VIDEO, 0x200);
    }

    /** Players regard a counter that jumps without an indicator as a lost packet, and the frame before it as damaged. */
    @Test
    void whereTheCountersOfAnotherStreamBeginADiscontinuityIsIndicated() {
        TsAudioFilter filter = of("deu", AudioRole.MAIN);
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        for (int run = 0; run < 3; run++) {
            filter.begin();
            passed.writeBytes(filter.filter(stream()));
        }

        assertThat(gaps(passed.toByteArray(), VIDEO)).containsExactly("indicated", "indicated");
        assertThat(gaps(passed.toByteArray(), DEU)).containsExactly("indicated", "indicated");
        assertThat(map(passed.toByteArray()).streams())
                .extracting(TsStream::pid)
                .containsExactly(VIDEO, DEU);
    }

    /** The discontinuities that are indicated, and the jumps of the counter that are not. */
    private static List<String> gaps(byte[] packets, int pid) {
        List<String> gaps = new ArrayList<>();
        int expected = TsPacket.continuity(packets, first(packets, pid));
        for (int at = 0; at < packets.length; at += TsPacket.SIZE) {
            if (TsPacket.pid(packets, at) == pid) {
                int counter = TsPacket.continuity(packets, at);
                if ((TsPacket.flags(packets, at) & TsPacket.DISCONTINUITY) != 0) {
                    gaps.add("indicated");
                    expected = (counter + 1) & 0x0f;
                } else if (counter != expected) {
                    gaps.add("unknown");
                } else {
                    expected = (counter + 1) & 0x0f;
                }
            }
        }
        return gaps;
    }

    private static int first(byte[] packets, int pid) {
        int at = 0;
        while (TsPacket.pid(packets, at) != pid) {
            at += TsPacket.SIZE;
        }
        return at;
    }

    private static TsMap map(byte[] stream) {
        TsMaps maps = new TsMaps();
        for (int at = 0; at < stream.length; at += TsPacket.SIZE) {
            if (maps.isTable(TsPacket.pid(stream, at))) {
                maps.packet(stream, at, TsPacket.pid(stream, at));
            }
        }
        return maps.maps().getFirst();
    }
}
