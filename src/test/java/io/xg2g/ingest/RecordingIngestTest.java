package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.TsBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Recordings as sources: read in real time, and played again. */
class RecordingIngestTest extends ScriptedIngest {
    @Test
    void aRecordingIsReadInRealTimeAndPlayedAgainWhenItsEndIsDue() {
        Ingest.Opener recording = recording(true, 12);
        run(recording, recording, recording);

        assertThat(opened)
                .containsExactly(
                        Duration.ZERO, Duration.ofMillis(7_760), Duration.ofMillis(20_520), Duration.ofMillis(33_280));
        assertThat(statuses).allSatisfy(status -> assertThat(status.reason()).isEmpty());
    }

    @Test
    void aFileIsARecordingAlsoIfItsServerDoesNotSaySo() {
        Ingest.Opener recording = recording(false, 12);
        run(recording, recording);

        assertThat(opened).containsExactly(Duration.ZERO, Duration.ofMillis(7_760), Duration.ofMillis(20_520));
        assertThat(statuses).allSatisfy(status -> assertThat(status.reason()).isEmpty());
    }

    @Test
    void aLiveSourceThatEndsIsNoRecording() {
        Step[] live = IntStream.range(0, 12)
                .<Step>mapToObj(second -> () -> {
                    // The first two seconds are a burst.
                    time.advance(Duration.ofSeconds(second < 2 ? 0 : 1));
                    return TsBuilder.stream(90_000 * (second + 1L));
                })
                .toArray(Step[]::new);
        run(() -> new ScriptedFeed(live));

        assertThat(opened).containsExactly(Duration.ZERO, Duration.ofMillis(10_500));
        assertThat(reason()).isEqualTo(SourceException.Kind.ENDED);
    }

    @Test
    void aRecordingThatIsAlmostEmptyIsOpenedWithBackoff() {
        Ingest.Opener recording = recording(true, 0);
        run(recording, recording);

        assertThat(opened).containsExactly(Duration.ZERO, Duration.ofMillis(500), Duration.ofMillis(1_500));
        assertThat(reason()).isEqualTo(SourceException.Kind.ENDED);
    }

    @Test
    void aRecordingThatIsLostIsOpenedWithBackoff() {
        run(() -> new ScriptedFeed(() -> STREAM, () -> TsBuilder.stream(270_000), () -> {
            throw new IOException("reset");
        }));

        assertThat(opened).containsExactly(Duration.ZERO, Duration.ofMillis(500));
        assertThat(reason()).isEqualTo(SourceException.Kind.ENDED);
    }

    /** Returns a source whose media of so many seconds can be read at once. */
    private Ingest.Opener recording(boolean known, int seconds) {
        return () -> {
            Step[] steps = IntStream.rangeClosed(0, seconds)
                    .<Step>mapToObj(second -> () -> TsBuilder.stream(90_000 * (second + 1L)))
                    .toArray(Step[]::new);
            return new ScriptedFeed(steps) {
                @Override
                public boolean isRecorded() {
                    return known;
                }
            };
        };
    }

    @Test
    void aRecordingThatIsOpenedAgainSlowlyIsNotStalled() {
        run(recording(true, 12), () -> {
            timeout();
            return recording(true, 12).open();
        });

        assertThat(opened).hasSize(3);
        assertThat(statuses).allSatisfy(status -> assertThat(status.reason()).isEmpty());
    }

    @Test
    void aRecordingThatIsLostAgainAndAgainIsNotReadFurtherAhead() {
        Ingest.Opener lost = () -> {
            Feed recording = recording(true, 16).open();
            return new ScriptedFeed() {
                @Override
                public int read(byte[] buffer) throws IOException {
                    int read = recording.read(buffer);
                    if (read < 0) {
                        throw new IOException("reset");
                    }
                    return read;
                }

                @Override
                public boolean isRecorded() {
                    return true;
                }
            };
        };
        run(lost, lost, lost);

        // 16.76 s of media, 5 s ahead, and half a second before it is opened again.
        assertThat(opened)
                .containsExactly(
                        Duration.ZERO, Duration.ofMillis(12_260), Duration.ofMillis(29_020), Duration.ofMillis(45_780));
    }
}
