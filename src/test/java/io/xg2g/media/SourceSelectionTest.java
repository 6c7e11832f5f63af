package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.SourceMonitor.Change;
import io.xg2g.media.TestStreams.Entry;
import io.xg2g.media.TestStreams.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which streams are taken from a source, and when that changes. */
class SourceSelectionTest extends PlayedSource {
    private static @Nullable Integer pid(@Nullable TsStream stream) {
        return stream == null ? null : stream.pid();
    }

    private List<Integer> selected() {
        TsSelection best = monitor.best().orElseThrow();
        return List.of(
                Objects.requireNonNullElse(pid(best.video()), 0),
                Objects.requireNonNullElse(pid(best.defaultAudio()), 0));
    }

    @Test
    void privateDataIsNeitherListedNorPassedOn() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO), new Entry(DATA, TestStreams.PRIVATE)));
        source.video(VIDEO, 0, true).audio(AUDIO, 0).privateData(DATA, 0);
        feed();

        TsSelection best = monitor.best().orElseThrow();
        byte[] packets = accepted.toByteArray();

        assertThat(monitor.isSettled()).isTrue();
        assertThat(TestStreams.pids(best.packets(packets, 0, packets.length))).containsExactly(VIDEO, AUDIO);
        assertThat(programOf(best.tables())).satisfies(map -> {
            assertThat(map.streams()).extracting(TsStream::pid).containsExactly(VIDEO, AUDIO);
            assertThat(map.clockPid()).isEqualTo(VIDEO);
        });
    }

    @Test
    void theClockOfAnotherStreamIsPassedOn() {
        source.tables(new Program(1, 0x110, List.of(audio(AUDIO))));
        source.audio(AUDIO, 0).video(0x110, 0, true);
        feed();

        byte[] packets = accepted.toByteArray();

        assertThat(TestStreams.pids(monitor.best().orElseThrow().packets(packets, 0, packets.length)))
                .containsExactly(AUDIO, 0x110);
    }

    @Test
    void anAudioTrackThatIsAnnouncedAndNeverSentIsPassedOver() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO), audio(OTHER_AUDIO)));
        play(0, 1, VIDEO, OTHER_AUDIO);

        assertThat(selected()).containsExactly(VIDEO, OTHER_AUDIO);
        assertThat(monitor.isSettled()).isFalse();
    }

    @Test
    void audioThatBeginsLateJoinsWithAKeyframe() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)));
        play(0, 2, VIDEO);
        select();

        assertThat(play(2, 20, VIDEO)).isEqualTo(Change.NONE);
        assertThat(play(20, 23, VIDEO, AUDIO)).isEqualTo(Change.STREAMS);
        byte[] packets = accepted.toByteArray();
        assertThat(TsPacket.flags(packets, monitor.changeAt()) & TsPacket.RANDOM_ACCESS)
                .isNotZero();
        assertThat(selected()).containsExactly(VIDEO, AUDIO);
    }

    @Test
    void audioThatStopsIsReplacedByAnotherOneThatIsSent() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO), audio(OTHER_AUDIO)));
        play(0, 2, VIDEO, AUDIO, OTHER_AUDIO);
        select();

        assertThat(play(2, 6, VIDEO, OTHER_AUDIO)).isEqualTo(Change.NONE);
        assertThat(play(6, 12, VIDEO, OTHER_AUDIO)).isEqualTo(Change.STREAMS);
        assertThat(selected()).containsExactly(VIDEO, OTHER_AUDIO);
    }

    @Test
    void audioThatStopsWithoutAnotherOneChangesNothing() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)));
        play(0, 2, VIDEO, AUDIO);
        select();

        assertThat(play(2, 60, VIDEO)).isEqualTo(Change.NONE);
        assertThat(play(60, 70, VIDEO, AUDIO)).isEqualTo(Change.NONE);
    }

    /** Each clock on its own is right; which stream begins does not matter. */
    @ParameterizedTest
    @CsvSource({"-1, true", "-1, false", "1, true", "1, false"})
    void audioWithAnotherClockThanTheVideoIsNotTaken(int hours, boolean begins) {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)));
        if (begins) {
            source.audio(AUDIO, hours * HOUR);
        }
        for (int i = 0; i < 2 * GOP; i++) {
            source.video(VIDEO, i * FRAME, i % GOP == 0).audio(AUDIO, i * FRAME + hours * HOUR);
        }
        feed();

        assertThat(selected()).containsExactly(VIDEO, 0);
    }

    @Test
    void audioIsLeftOutAfterTheClockOfTheVideoAloneHasJumped() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)));
        play(0, 2, VIDEO, AUDIO);
        select();
        for (int i = 2 * GOP; i < 4 * GOP; i++) {
            source.video(VIDEO, i * FRAME + HOUR, i % GOP == 0).audio(AUDIO, i * FRAME);
        }
        feed();

        assertThat(monitor.change()).isEqualTo(Change.JUMP);
        assertThat(selected()).containsExactly(VIDEO, 0);
    }

    @Test
    void videoThatStopsLeavesTheAudioAndReturns() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)));
        play(0, 2, VIDEO, AUDIO);
        select();

        assertThat(play(2, 20, AUDIO)).isEqualTo(Change.STREAMS);
        assertThat(selected()).containsExactly(0, AUDIO);
        select();
        assertThat(play(played, played + 5, AUDIO)).isEqualTo(Change.NONE);
        assertThat(play(played, played + 2, VIDEO, AUDIO)).isEqualTo(Change.STREAMS);
        assertThat(selected()).containsExactly(VIDEO, AUDIO);
    }

    /** Of several programs without a configured one, the one that was chosen. */
    @Test
    void theProgramIsKeptWhenItsVideoStops() {
        int other = 0x200;
        source.tables(
                Program.of(1, video(VIDEO), audio(AUDIO)), Program.of(2, audio(other)), Program.of(3, video(0x300)));
        for (int i = 0; i < 20 * GOP; i++) {
            source.audio(AUDIO, i * FRAME).audio(other, i * FRAME).video(0x300, i * FRAME, i % GOP == 0);
            if (i < 2 * GOP) {
                source.video(VIDEO, i * FRAME, i % GOP == 0);
            }
            feed();
            if (i == GOP) {
                select();
                assertThat(selected()).containsExactly(VIDEO, AUDIO);
            }
        }

        assertThat(monitor.change()).isEqualTo(Change.STREAMS);
        assertThat(selected()).containsExactly(0, AUDIO);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theAudioDescriptionIsTakenOnlyIfThereIsNoMainAudio(int audioType) {
        Entry described = audio(AUDIO, TestStreams.language("deu", audioType));
        source.tables(Program.of(1, video(VIDEO), described, audio(OTHER_AUDIO, TestStreams.language("deu", 0))));
        play(0, 2, VIDEO, AUDIO);
        select();
        assertThat(selected()).containsExactly(VIDEO, AUDIO);

        assertThat(play(2, 5, VIDEO, AUDIO, OTHER_AUDIO)).isEqualTo(Change.STREAMS);
        assertThat(selected()).containsExactly(VIDEO, OTHER_AUDIO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fr", "fra", "FRE", "fr-CA"})
    void thePreferredLanguageIsTaken(String language) {
        monitor = new SourceMonitor(accepted, new StreamPreferences(OptionalInt.empty(), List.of("ita", language)));
        source.tables(Program.of(
                1,
                video(VIDEO),
                audio(AUDIO, TestStreams.language("eng", 0)),
                audio(OTHER_AUDIO, TestStreams.language("fre", 0))));
        play(0, 1, VIDEO, AUDIO, OTHER_AUDIO);

        assertThat(selected()).containsExactly(VIDEO, OTHER_AUDIO);
    }

    @Test
    void aProgramThatIsListedAndAbsentIsPassedOver() {
        Program absent = Program.of(9, video(0x200));
        Program present = Program.of(1, video(VIDEO), audio(AUDIO));
        source.tables(List.of(absent, present), List.of(present));
        play(0, 1, VIDEO, AUDIO);

        assertThat(selected()).containsExactly(VIDEO, AUDIO);
        assertThat(monitor.isSettled()).isFalse();
    }

    @Test
    void aScrambledProgramIsPassedOver() {
        source.tables(Program.of(9, video(0x200)), Program.of(1, video(VIDEO), audio(AUDIO)));
        for (int i = 0; i < 30; i++) {
            source.video(0x200, i * FRAME, true).video(VIDEO, i * FRAME, true).audio(AUDIO, i * FRAME);
        }
        byte[] stream = scrambled(0x200);
        monitor.accept(stream, 0, stream.length);

        assertThat(selected()).containsExactly(VIDEO, AUDIO);
        assertThat(monitor.scrambled()).isFalse();
    }

    /** A multiplex is received from any packet on, so that its tables are late, and most of its programs are scrambled. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aClearProgramOfAScrambledMultiplexIsTaken(int configured) {
        OptionalInt number = configured == 0 ? OptionalInt.empty() : OptionalInt.of(configured);
        monitor = new SourceMonitor(accepted, new StreamPreferences(number, List.of()));
        Program locked = Program.of(9, video(0x200));
        Program free = Program.of(1, video(VIDEO), audio(AUDIO));
        for (int i = 0; i < 120; i++) {
            if (i == 20) {
                source.tables(List.of(locked, free), List.of(locked));
            } else if (i == 30) {
                source.tables(locked, free);
            }
            for (int n = 0; n < 10; n++) {
                source.video(0x200, i * FRAME + n, true);
            }
            if (i % 5 == 0) {
                source.video(VIDEO, i * FRAME, true).audio(AUDIO, i * FRAME);
            }
            byte[] stream = scrambled(0x200);
            monitor.accept(stream, 0, stream.length);
            assertThat(monitor.scrambled()).as("step %d", i).isFalse();
            if (i == 40) {
                assertThat(selected()).containsExactly(VIDEO, AUDIO);
                select();
            }
        }
    }

    @Test
    void aMultiplexWithoutAClearProgramIsScrambled() {
        source.tables(Program.of(9, video(0x200)), Program.of(1, video(0x201)));
        for (int i = 0; i < 600; i++) {
            source.video(0x200, i * FRAME, true).video(0x201, i * FRAME, true);
        }
        byte[] stream = scrambled(0x200, 0x201);
        monitor.accept(stream, 0, stream.length);

        assertThat(monitor.scrambled()).isTrue();
    }

    /** Returns the packets written so far, some of them with scrambling bits. */
    private byte[] scrambled(int... pids) {
        byte[] stream = source.take();
        for (int at = 0; at < stream.length; at += TsPacket.SIZE) {
            int pid = TsPacket.pid(stream, at);
            if (IntStream.of(pids).anyMatch(each -> each == pid)) {
                stream[at + 3] |= (byte) 0x80;
            }
        }
        return stream;
    }

    @Test
    void aConfiguredProgramThatIsNotListedIsReportedWithThoseThatAre() {
        monitor = new SourceMonitor(accepted, new StreamPreferences(OptionalInt.of(7), List.of()));
        source.tables(Program.of(17, video(VIDEO)), Program.of(4, video(0x200)));
        feed();

        assertThat(monitor.refusal()).hasValue("the source has no program 7; its programs: 17, 4");
        assertThat(monitor.best()).isEmpty();
    }

    @Test
    void aStreamThatIsNoLongerListedIsAChangeOfTables() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)));
        play(0, 1, VIDEO, AUDIO);
        select();
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO), new Entry(DATA, TestStreams.PRIVATE)));
        assertThat(play(1, 2, VIDEO, AUDIO)).as("private data was added").isEqualTo(Change.NONE);

        source.tables(Program.of(1, video(VIDEO), new Entry(AUDIO, TsProgram.ADTS)));

        assertThat(play(2, 3, VIDEO, AUDIO)).isEqualTo(Change.TABLES);
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    /** A naive model: go through all programs and streams, and keep the best. */
    @ParameterizedTest
    @MethodSource("seeds")
    void pictureAndSoundAreTheBestOfOneProgram(long seed) {
        Random random = new Random(seed);
        List<String> languages = List.of("deu", "eng", "fra");
        List<String> preferred = languages.subList(0, random.nextInt(4));
        List<Program> programs = new ArrayList<>();
        List<Entry> live = new ArrayList<>();
        for (int number = 1; number <= 1 + random.nextInt(4); number++) {
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                int pid = 0x100 * number + i;
                byte[] language = TestStreams.language(languages.get(random.nextInt(3)), random.nextInt(4));
                entries.add(
                        switch (random.nextInt(3)) {
                            case 0 -> video(pid);
                            case 1 -> audio(pid, language);
                            default -> new Entry(pid, TestStreams.PRIVATE);
                        });
            }
            programs.add(Program.of(number, entries.toArray(Entry[]::new)));
            entries.stream().filter(_ -> random.nextBoolean()).forEach(live::add);
        }
        OptionalInt number =
                random.nextInt(3) == 0 ? OptionalInt.of(1 + random.nextInt(programs.size())) : OptionalInt.empty();
        monitor = new SourceMonitor(accepted, new StreamPreferences(number, preferred));
        source.tables(programs.toArray(Program[]::new));
        for (Entry entry : live) {
            switch (entry.type()) {
                case TsProgram.H264 -> source.video(entry.pid(), 0, true);
                case TestStreams.MP2 -> source.audio(entry.pid(), 0);
                default -> source.privateData(entry.pid(), 0);
            }
        }
        feed();

        List<Integer> expected = expected(programs, live, number, preferred);

        assertThat(monitor.best().isPresent() ? selected() : List.of(0, 0)).isEqualTo(expected);
    }

    private static List<Integer> expected(
            List<Program> programs, List<Entry> live, OptionalInt number, List<String> preferred) {
        List<Integer> radio = List.of(0, 0);
        for (Program program : programs) {
            if (number.isPresent() && number.getAsInt() != program.number()) {
                continue;
            }
            int video = 0;
            int audio = 0;
            int best = Integer.MAX_VALUE;
            for (Entry entry : program.entries()) {
                if (!live.contains(entry)) {
                    continue;
                }
                if (entry.type() == TsProgram.H264 && video == 0) {
                    video = entry.pid();
                } else if (entry.type() == TestStreams.MP2) {
                    String language = new String(entry.descriptors(), 2, 3, java.nio.charset.StandardCharsets.US_ASCII);
                    int index = IntStream.range(0, preferred.size())
                            .filter(i -> preferred.get(i).equals(language))
                            .findFirst()
                            .orElse(preferred.size());
                    int rank = index + (entry.descriptors()[5] == 0 ? 0 : 10);
                    if (rank < best) {
                        best = rank;
                        audio = entry.pid();
                    }
                }
            }
            if (video != 0) {
                return List.of(video, audio);
            }
            if (audio != 0 && radio.getLast() == 0) {
                radio = List.of(0, audio);
            }
        }
        return radio;
    }
}
