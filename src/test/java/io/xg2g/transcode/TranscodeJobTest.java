package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.problem.ProblemType;
import io.xg2g.schedule.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TranscodeJobTest {
    private static final JobState.Completed COMPLETED = new JobState.Completed(
            new TranscodeResult.Completed(
                    List.of(new Rendition("720p", Path.of("x"), "video/mp4", 10, 1280, 720, Duration.ofSeconds(2))),
                    "libx264",
                    "software",
                    Duration.ZERO,
                    Duration.ofSeconds(1)),
            Instant.EPOCH);

    private final AtomicInteger released = new AtomicInteger();
    private final RefCountedDirectory directory =
            new RefCountedDirectory(Path.of("d"), path -> released.incrementAndGet());
    private final TranscodeJob job =
            new TranscodeJob(Jobs.request("id", "client"), Jobs.files(Path.of("d")), directory, new ManualTime());

    @Test
    void progressIsNotBufferedForASlowWatcher() {
        AssertSubscriber<TranscodeJob.Event> slow = job.events().subscribe().withSubscriber(AssertSubscriber.create(1));

        job.started("software");
        for (int i = 1; i <= 1000; i++) {
            job.progressed(i / 1001.0);
        }
        job.ended(COMPLETED, 0);
        slow.request(2);

        assertThat(slow.getItems())
                .extracting(TranscodeJob.Event::name)
                .containsExactly("queued", "started", "finished");
        slow.assertCompleted();
    }

    @Test
    void aWatcherReceivesAllEventsFromTheBeginning() {
        // Given
        AssertSubscriber<TranscodeJob.Event> early = watch();

        // When
        job.started("software");
        job.progressed(0.5);
        AssertSubscriber<TranscodeJob.Event> late = watch();
        job.ended(COMPLETED, 0);

        // Then
        assertThat(names(early)).containsExactly("queued", "started", "progress", "finished");
        assertThat(names(late)).containsExactly("queued", "started", "finished");
        early.assertCompleted();
        late.assertCompleted();
        assertThat(names(watch())).containsExactly("queued", "finished");
    }

    @Test
    void progressNeverDecreasesAndNeverExceedsOne() {
        job.started("software");
        job.progressed(0.5);
        job.progressed(0.4);
        assertThat(job.state()).isEqualTo(new JobState.Running("software", 0.5));
        job.progressed(7);
        assertThat(job.state()).isEqualTo(new JobState.Running("software", 1));
    }

    @Test
    void onlyTheFirstEndCounts() {
        job.ended(COMPLETED, 0);
        job.ended(new JobState.Cancelled(Instant.EPOCH), 0);
        job.started("software");
        assertThat(job.state()).isInstanceOf(JobState.Completed.class);
        assertThat(job.rendition("720p")).isPresent();
        assertThat(job.rendition("1080p")).isEmpty();
    }

    @Test
    void aWatcherThatCancelsDuringAnEventDoesNotAffectOthers() {
        // Given
        job.events().select().first(2).subscribe().withSubscriber(AssertSubscriber.create(100));
        AssertSubscriber<TranscodeJob.Event> other = watch();

        // When
        job.started("software");
        job.progressed(0.5);

        // Then
        assertThat(names(other)).containsExactly("queued", "started", "progress");
    }

    @Test
    void aFailedAttemptPutsItBackAndItsWatchersStay() {
        // Given
        AssertSubscriber<TranscodeJob.Event> watcher = watch();
        job.started("software");

        // When
        job.requeued(1, ProblemType.TRANSCODE_FAILED.with("the encoder crashed"));
        job.started("software");
        job.ended(COMPLETED, 1);

        // Then
        assertThat(names(watcher)).containsExactly("queued", "started", "queued", "started", "finished");
        assertThat(job.attempts()).isEqualTo(1);
    }

    @Test
    void atTheShutdownTheStreamsOfEventsEndAndTheJobStaysOpen() {
        AssertSubscriber<TranscodeJob.Event> waiting = watch();
        job.started("software");
        job.leave();
        assertThat(names(waiting)).containsExactly("queued", "started");

        job.requeued(0, null);

        waiting.assertCompleted();
        watch().assertCompleted();
        assertThat(job.state()).isInstanceOf(JobState.Queued.class);
    }

    @Test
    void filesAreKeptUntilTheLastReaderHasClosed() {
        // Given
        job.ended(COMPLETED, 0);

        // When, then
        assertThat(directory.hold()).isTrue();
        job.releaseFiles();
        assertThat(released).hasValue(0);
        directory.release();
        assertThat(released).hasValue(1);
        assertThat(directory.hold()).isFalse();
    }

    @Test
    void aCompletedJobKeepsItsFilesUntilItIsReleased() {
        job.ended(COMPLETED, 0);
        assertThat(released).hasValue(0);
        job.releaseFiles();
        assertThat(released).hasValue(1);
    }

    private AssertSubscriber<TranscodeJob.Event> watch() {
        return job.events().subscribe().withSubscriber(AssertSubscriber.create(100));
    }

    private static List<String> names(AssertSubscriber<TranscodeJob.Event> watcher) {
        return watcher.getItems().stream().map(TranscodeJob.Event::name).toList();
    }
}
