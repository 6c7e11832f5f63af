package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.SourceMonitor.Change;
import io.xg2g.media.TestStreams.Entry;
import io.xg2g.media.TestStreams.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which audio streams are taken from a source, and when that changes. */
class AudioSelectionTest extends PlayedSource {
    private List<Integer> selectedAudio() {
        return monitor.best().orElseThrow().audio().stream().map(TsStream::pid).toList();
    }

    @Test
    void allAudioIsTakenTheDefaultFirst() {
        monitor = new SourceMonitor(accepted, new StreamPreferences(OptionalInt.empty(), List.of("eng")));
        source.tables(Program.of(
                1,
                video(VIDEO),
                audio(AUDIO, TestStreams.language("deu", 3)),
                audio(OTHER_AUDIO, TestStreams.language("eng", 0)),
                new Entry(DATA, 0x81, TestStreams.language("deu", 0))));
        play(0, 1, VIDEO, AUDIO, OTHER_AUDIO, DATA);

        assertThat(monitor.isSettled()).isTrue();
        assertThat(monitor.best().orElseThrow().audioOutputs())
                .containsExactly(
                        new AudioOutput(0, new AudioTrackInfo("eng", AudioRole.MAIN, AudioCodec.AAC, 0)),
                        new AudioOutput(1, new AudioTrackInfo("deu", AudioRole.MAIN, AudioCodec.AAC, 0)),
                        new AudioOutput(2, new AudioTrackInfo("deu", AudioRole.DESCRIPTION, AudioCodec.AAC, 0)),
                        new AudioOutput(1, new AudioTrackInfo("deu", AudioRole.MAIN, AudioCodec.AC3, 0)));
        assertThat(programOf(monitor.best().orElseThrow().tables()).streams())
                .extracting(TsStream::pid)
                .containsExactly(VIDEO, OTHER_AUDIO, DATA, AUDIO);
    }

    @Test
    void noMoreThanEightAudioStreamsAreTaken() {
        Entry[] entries = IntStream.range(0, 12)
                .mapToObj(i -> i == 0 ? video(VIDEO) : audio(AUDIO + i))
                .toArray(Entry[]::new);
        source.tables(Program.of(1, entries));
        play(0, 1, IntStream.range(0, 12).map(i -> i == 0 ? VIDEO : AUDIO + i).toArray());

        assertThat(selectedAudio()).hasSize(TsSelection.MAX_AUDIO).startsWith(AUDIO + 1);
    }

    @Test
    void furtherAudioThatIsAnnouncedAndNotSentIsNotAwaited() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO), audio(OTHER_AUDIO)));
        for (int i = 0; i < 12; i++) {
            source.video(VIDEO, i * FRAME, i == 0).audio(AUDIO, i * FRAME);
            feed();
        }
        assertThat(monitor.isSettled()).as("for half a second").isFalse();

        source.video(VIDEO, 13 * FRAME, false);
        feed();

        assertThat(monitor.isSettled()).isTrue();
        assertThat(selectedAudio()).containsExactly(AUDIO);
    }

    @Test
    void furtherAudioJoinsAndLeavesWithAKeyframe() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO), audio(OTHER_AUDIO)));
        play(0, 2, VIDEO, AUDIO);
        select();

        assertThat(play(2, 5, VIDEO, AUDIO, OTHER_AUDIO)).isEqualTo(Change.STREAMS);
        assertThat(TsPacket.flags(accepted.toByteArray(), monitor.changeAt()) & TsPacket.RANDOM_ACCESS)
                .isNotZero();
        assertThat(selectedAudio()).as("the default is kept").containsExactly(AUDIO, OTHER_AUDIO);
        select();
        int joined = played;

        assertThat(play(joined, joined + 14, VIDEO, AUDIO)).as("a pause").isEqualTo(Change.NONE);
        assertThat(play(joined + 14, joined + 20, VIDEO, AUDIO)).isEqualTo(Change.STREAMS);
        assertThat(selectedAudio()).containsExactly(AUDIO);
    }

    @Test
    void audioThatIsNoLongerListedLeavesWithAKeyframe() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO), audio(OTHER_AUDIO)));
        play(0, 1, VIDEO, AUDIO, OTHER_AUDIO);
        select();
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)));

        assertThat(play(1, 3, VIDEO, AUDIO)).isEqualTo(Change.STREAMS);
        assertThat(selectedAudio()).containsExactly(AUDIO);
    }

    /** As at the start of a program, with other audio. */
    @Test
    void theDefaultThatIsNoLongerListedIsReplacedWithAKeyframe() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)));
        play(0, 1, VIDEO, AUDIO);
        select();
        source.tables(Program.of(1, video(VIDEO), audio(OTHER_AUDIO)));

        assertThat(play(1, 3, VIDEO, OTHER_AUDIO)).isEqualTo(Change.STREAMS);
        assertThat(TsPacket.flags(accepted.toByteArray(), monitor.changeAt()) & TsPacket.RANDOM_ACCESS)
                .isNotZero();
        assertThat(selectedAudio()).containsExactly(OTHER_AUDIO);
    }

    @Test
    void theDescriptionReplacesMainAudioThatIsNoLongerListed() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)));
        play(0, 1, VIDEO, AUDIO);
        select();
        source.tables(Program.of(1, video(VIDEO), audio(OTHER_AUDIO, TestStreams.language("deu", 3))));

        assertThat(play(1, 3, VIDEO, OTHER_AUDIO)).isEqualTo(Change.STREAMS);
        assertThat(selectedAudio()).containsExactly(OTHER_AUDIO);
    }

    @Test
    void audioWhosePidCarriesThatOfAnotherProgramIsAChangeOfTables() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)));
        play(0, 1, VIDEO, AUDIO);
        select();
        source.tables(Program.of(1, video(VIDEO), audio(OTHER_AUDIO)), Program.of(2, audio(AUDIO)));

        assertThat(play(1, 2, VIDEO, AUDIO, OTHER_AUDIO)).isEqualTo(Change.TABLES);
    }

    @Test
    void theDescriptionDoesNotReplaceMainAudioThatPauses() {
        source.tables(Program.of(
                1,
                video(VIDEO),
                audio(AUDIO, TestStreams.language("deu", 0)),
                audio(OTHER_AUDIO, TestStreams.language("deu", 3))));
        play(0, 1, VIDEO, AUDIO, OTHER_AUDIO);
        select();

        assertThat(play(1, 20, VIDEO, OTHER_AUDIO)).isEqualTo(Change.NONE);
    }

    @Test
    void aTrackWhoseClockAloneHasJumpedLeavesForGood() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO), audio(OTHER_AUDIO)));
        play(0, 2, VIDEO, AUDIO, OTHER_AUDIO);
        select();
        List<List<Integer>> selections = new ArrayList<>();
        for (int i = 2 * GOP; i < 60 * GOP; i++) {
            source.video(VIDEO, i * FRAME, i % GOP == 0).audio(OTHER_AUDIO, i * FRAME);
            source.audio(AUDIO, i * FRAME + HOUR);
            feed();
            if (monitor.change() != Change.NONE) {
                select();
                selections.add(selectedAudio());
            }
        }

        assertThat(selections).containsExactly(List.of(OTHER_AUDIO));
    }

    @Test
    void anotherLanguageOfATrackIsAChange() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO, TestStreams.language("deu", 0))));
        play(0, 1, VIDEO, AUDIO);
        select();
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO, TestStreams.language("eng", 0))));

        assertThat(play(1, 3, VIDEO, AUDIO)).isEqualTo(Change.STREAMS);
    }

    @Test
    void theDescriptionInAPreferredLanguageIsNotTheDefault() {
        monitor = new SourceMonitor(accepted, new StreamPreferences(OptionalInt.empty(), List.of("deu")));
        source.tables(Program.of(
                1,
                video(VIDEO),
                audio(AUDIO, TestStreams.language("deu", 3)),
                audio(OTHER_AUDIO, TestStreams.language("eng", 0))));
        play(0, 1, VIDEO, AUDIO, OTHER_AUDIO);

        assertThat(selectedAudio()).containsExactly(OTHER_AUDIO, AUDIO);
    }

    @Test
    void noFurtherAudioIsTakenAfterALimit() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO), audio(OTHER_AUDIO)));
        monitor.limitAudio(1);
        play(0, 1, VIDEO, AUDIO, OTHER_AUDIO);
        select();

        assertThat(play(1, 30, VIDEO, AUDIO, OTHER_AUDIO)).isEqualTo(Change.NONE);
        assertThat(selectedAudio()).containsExactly(AUDIO);
    }

    @Test
    void aSourceWithoutVideoKeepsOneAudioWhateverTheLimit() {
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)), Program.of(2, audio(OTHER_AUDIO)));
        monitor.limitAudio(0);
        play(0, 1, VIDEO, AUDIO, OTHER_AUDIO);
        assertThat(selectedAudio()).isEmpty();

        source.tables(Program.of(2, audio(OTHER_AUDIO)));
        play(1, 2, OTHER_AUDIO);
        assertThat(selectedAudio()).containsExactly(OTHER_AUDIO);
    }
}
