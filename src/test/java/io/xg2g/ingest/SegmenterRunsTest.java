package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xg2g.ffmpeg.SegmenterOptions;
import io.xg2g.media.AudioOutput;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.SourceMonitor;
import io.xg2g.media.TsBuilder;
import io.xg2g.media.TsProgram;
import io.xg2g.schedule.ManualTime;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmenterRunsTest {
    private static final SegmenterOptions BOTH =
            new SegmenterOptions(true, List.of(new AudioOutput(0, AudioTrackInfo.UNKNOWN)));
    private static final SegmenterOptions VIDEO_ONLY = new SegmenterOptions(true, List.of());
    private static final byte[] TABLES = new TsBuilder().tables(TsProgram.H264).bytes();
    private static final byte[] VIDEO =
            new TsBuilder().video(7_200, 0, true, TsBuilder.h264(true, 500)).bytes();
    /** Continues {@link #COMPLETE}. */
    private static final byte[] NEXT = new TsBuilder()
            .video(162_000 + 7_200, 162_000, true, TsBuilder.h264(true, 500))
            .bytes();

    private static final byte[] COMPLETE = TsBuilder.stream(90_000);
    private static final byte[] HEVC_TABLES =
            new TsBuilder().tables(TsProgram.HEVC).bytes();

    private final ManualTime time = new ManualTime();
    private final RecordingListener listener = new RecordingListener();
    private final List<FakeSegmenterRun> started = new ArrayList<>();
    private final SegmenterRuns runs = new SegmenterRuns("news", this::start, listener, _ -> {}, time);
    private final ByteArrayOutputStream accepted = new ByteArrayOutputStream();
    private final SourceMonitor monitor = new SourceMonitor(accepted);
    private boolean hasOutput = true;
    private long fed;

    private SegmenterRun start(SegmenterOptions options, Consumer<SourceException> refuse) {
        FakeSegmenterRun run = new FakeSegmenterRun(options, time);
        run.hasOutput = hasOutput;
        started.add(run);
        return run;
    }

    @Test
    void noRunStartsBeforeTheStreamsAreKnown() throws SourceException {
        accept(TABLES);
        accept(VIDEO);

        assertThat(started).isEmpty();
    }

    @Test
    void aRunStartsWithAllInputOnceAllStreamsHaveData() throws SourceException {
        accept(TABLES);
        accept(COMPLETE);

        assertThat(latest().options).isEqualTo(BOTH);
        assertThat(latest().written).isEqualTo(COMPLETE.length);
        assertThat(listener.events).containsExactly("begun with audio");
    }

    @Test
    void aStreamWithoutDataIsOmittedAfterASecond() throws SourceException {
        accept(TABLES);
        accept(VIDEO);
        time.advance(Duration.ofMillis(1_001));
        accept(VIDEO);

        assertThat(latest().options).isEqualTo(VIDEO_ONLY);
        assertThat(listener.events).containsExactly("begun");
    }

    @Test
    void aRunIsFed() throws SourceException {
        accept(COMPLETE);
        int before = latest().written;
        accept(NEXT);

        assertThat(latest().written).isEqualTo(before + NEXT.length);
        assertThat(started).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"discontinuity", "run is over", "audio withheld"})
    void aRunThatCannotContinueIsFollowedByAnother(String event) throws SourceException {
        accept(COMPLETE);
        FakeSegmenterRun first = latest();
        switch (event) {
            case "discontinuity" -> accept(HEVC_TABLES);
            case "run is over" -> first.over = true;
            default -> first.withholdsAudio = true;
        }
        accept(TsBuilder.stream(162_000));
        accept(TsBuilder.stream(234_000));

        assertThat(first.finished).isEqualTo(1);
        assertThat(started).hasSize(2);
        assertThat(listener.events).containsExactly("begun with audio", "ended", "begun with audio");
    }

    @Test
    void aRunThatReadsNoInputIsFinished() throws SourceException {
        accept(COMPLETE);
        latest().refusesBytes = true;
        accept(NEXT);

        assertThat(latest().finished).isEqualTo(1);
        assertThat(listener.events).endsWith("ended");
    }

    @Test
    void theEndOfTheSourceFinishesTheRun() throws SourceException {
        accept(COMPLETE);

        runs.end();

        assertThat(latest().finished).isEqualTo(1);
        assertThat(listener.events).endsWith("ended");
    }

    @Test
    void theEndOfTheSourceDropsBufferedInput() throws SourceException {
        accept(TABLES);
        accept(VIDEO);

        runs.end();
        accept(COMPLETE);

        assertThat(latest().written).isEqualTo(COMPLETE.length);
        assertThat(listener.events).containsExactly("begun with audio");
    }

    @Test
    void aSourceIsRefusedAfterThreeRunsWithoutOutput() throws SourceException {
        hasOutput = false;
        for (int i = 0; i < SegmenterRuns.MAX_EMPTY_RUNS; i++) {
            accept(COMPLETE);
            runs.end();
        }

        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> accept(COMPLETE))
                .satisfies(refused -> assertThat(refused.kind()).isEqualTo(SourceException.Kind.NOT_MEDIA));
        runs.end();
        accept(COMPLETE);

        assertThat(started).hasSize(SegmenterRuns.MAX_EMPTY_RUNS + 1);
    }

    @Test
    void aRunWithOutputResetsTheCount() throws SourceException {
        for (int i = 0; i < 3 * SegmenterRuns.MAX_EMPTY_RUNS; i++) {
            hasOutput = i % SegmenterRuns.MAX_EMPTY_RUNS == 0;
            accept(COMPLETE);
            runs.end();
        }

        assertThat(started).hasSize(3 * SegmenterRuns.MAX_EMPTY_RUNS);
    }

    @ParameterizedTest
    @CsvSource({
        // blocked s, silent s, killed
        "5, 0, 0",
        "6, 0, 1",
        "0, 20, 0",
        "0, 21, 1"
    })
    void aRunThatHangsIsKilled(int blocked, int silence, int killed) throws SourceException {
        accept(COMPLETE);
        latest().blocked = Duration.ofSeconds(blocked);
        feedWithoutOutput(silence);

        runs.tick();
        time.advance(Duration.ZERO);

        assertThat(latest().killed).isEqualTo(killed);
    }

    @Test
    void aRunWithoutInputIsNotKilled() throws SourceException {
        accept(COMPLETE);
        feedWithoutOutput(10);
        pause(30);

        runs.tick();
        time.advance(Duration.ZERO);

        assertThat(latest().killed).isZero();
    }

    @Test
    void outputEndsTheSilence() throws SourceException {
        accept(COMPLETE);
        feedWithoutOutput(15);
        latest().silence = Duration.ofMillis(10);
        pause(1);
        feedWithoutOutput(15);

        runs.tick();
        time.advance(Duration.ZERO);

        assertThat(latest().killed).isZero();
    }

    private void feedWithoutOutput(int seconds) throws SourceException {
        latest().silence = Duration.ofDays(1);
        for (int second = 0; second < seconds; second++) {
            pause(1);
        }
    }

    /** Feeds the next frame after a pause. */
    private void pause(int seconds) throws SourceException {
        time.advance(Duration.ofSeconds(seconds));
        fed += 3_600;
        accept(videoAt(162_000 + fed, false));
    }

    @Test
    void audioThatBeginsLateIsInTheRunThatBeginsWithTheNextKeyframe() throws SourceException {
        accept(TABLES);
        accept(VIDEO);
        time.advance(Duration.ofMillis(1_001));
        accept(videoAt(3_600, false));
        FakeSegmenterRun first = latest();
        int before = first.written;
        byte[] audio = new TsBuilder().audio(7_200, TsBuilder.adts(100)).bytes();
        byte[] keyframe = videoAt(10_800, true);

        accept(TsBuilder.join(videoAt(7_200, false), audio, keyframe));
        accept(new TsBuilder().audio(10_800, TsBuilder.adts(100)).bytes());

        assertThat(first.options).isEqualTo(VIDEO_ONLY);
        assertThat(first.written).as("without the audio").isEqualTo(before + videoAt(7_200, false).length);
        assertThat(latest().options).isEqualTo(BOTH);
        assertThat(latest().written).isEqualTo(TABLES.length + keyframe.length + 188);
        assertThat(listener.events).containsExactly("begun", "ended", "begun with audio");
    }

    /** A single one can have had a damaged frame. */
    @Test
    void audioThatIsFarFromTheVideoInSeveralRunsIsLeftOut() throws SourceException {
        byte[] two = TsBuilder.twoAudioTracks();
        accept(two);
        for (int tracks : new int[] {2, 2, 1, 0}) {
            assertThat(latest().options.audio()).hasSize(tracks);
            latest().farAudio = true;
            latest().over = true;
            accept(two);
        }

        assertThat(started).hasSize(5);
    }

    /** ffmpeg writes nothing while one of its streams cannot be decoded. */
    @Test
    void aRunOfOneAudioTrackFollowsOneOfSeveralWithoutOutput() throws SourceException {
        byte[] two = TsBuilder.twoAudioTracks();
        hasOutput = false;
        accept(two);
        assertThat(latest().options.audio()).hasSize(2);
        feedWithoutOutput((int) SegmenterRuns.MAX_FIRST_SILENCE.toSeconds() + 1);

        runs.tick();
        time.advance(Duration.ZERO);
        assertThat(latest().killed).isEqualTo(1);
        latest().over = true;
        accept(two);

        assertThat(started).hasSize(2);
        assertThat(latest().options.audio()).hasSize(1);
    }

    private static byte[] videoAt(long time, boolean key) {
        return new TsBuilder()
                .video(time + 7_200, time, key, TsBuilder.h264(key, 500))
                .bytes();
    }

    @Test
    void withoutARunNothingIsKilled() {
        runs.tick();

        assertThat(time.pending()).isZero();
        assertThat(runs.ahead()).isZero();
    }

    private FakeSegmenterRun latest() {
        return started.getLast();
    }

    private void accept(byte[] packets) throws SourceException {
        monitor.accept(packets, 0, packets.length);
        byte[] usable = accepted.toByteArray();
        accepted.reset();
        runs.accept(monitor, usable);
    }
}
