package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.Profiles;
import io.xg2g.problem.ProblemType;
import io.xg2g.process.ProcessSettings;
import io.xg2g.process.WorkDirectory;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attempts that end before there is a unit: nothing is inspected or dispatched. */
class JobExecutionTest {
    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime();
    private long minFree;
    private LongSupplier maxUploadBytes = () -> Long.MAX_VALUE;

    @Test
    void aCancelledJobIsNotBegun() throws Exception {
        TranscodeJob job = job("720p", null);
        job.discardResult();

        assertThat(attempt(job)).isEqualTo(new Attempt.Cancelled());
    }

    @Test
    void aJobWhoseProfileWasRemovedFailsForGood() throws Exception {
        assertThat(attempt(job("removed", null))).isInstanceOfSatisfying(Attempt.Failed.class, failed -> {
            assertThat(failed.problem().type()).isEqualTo(ProblemType.INVALID_REQUEST);
            assertThat(failed.problem().detail()).contains("removed", "xg2g.profiles");
            assertThat(failed.retryable()).isFalse();
        });
    }

    /** Otherwise it would do so again after each start. */
    @Test
    void aJobThatTakesTheProgramDownFails() throws Exception {
        TranscodeJob job = job("720p", null);
        for (int i = 0; i < 10; i++) {
            assertThat(job.files.interruptions()).isEqualTo(i);
            job.files.attemptBegins();
        }
        job.interruptions(job.files.interruptions());

        assertThat(attempt(job)).isInstanceOfSatisfying(Attempt.Failed.class, failed -> {
            assertThat(failed.problem().detail()).contains("killed 10 times in a row");
            assertThat(failed.retryable()).isFalse();
        });
        assertThat(job.files.interruptions()).as("before a retry").isZero();
        assertThat(job.interruptions()).isZero();
    }

    /** Those that only ran beside the one that took the program down must not fail with it. */
    @Test
    void ofSeveralJobsThatMayHaveTakenTheProgramDownOneRunsAtATime() throws Exception {
        TranscodeJob first = job("720p", "vod");
        TranscodeJob second = job("720p", null);
        first.interruptions(3);
        boolean[] ready = new boolean[2];
        execute(
                first,
                execution -> maxUploadBytes = () -> {
                    second.interruptions(3);
                    ready[0] = execution.isReady(second);
                    second.interruptions(2);
                    ready[1] = execution.isReady(second);
                    return 0;
                });

        assertThat(ready).containsExactly(false, true);
    }

    @Test
    void aJobWaitsForTheDiskOfTheWorkDirectory() throws Exception {
        minFree = Long.MAX_VALUE;

        assertThat(attempt(job("720p", null))).isEqualTo(new Attempt.Postponed(Attempt.UNAVAILABLE));
    }

    @Test
    void aJobWithAnUploadWaitsUntilEarlierResultsAreUploaded() throws Exception {
        maxUploadBytes = () -> 0;

        assertThat(attempt(job("720p", "vod"))).isInstanceOfSatisfying(Attempt.Postponed.class, postponed -> {
            assertThat(postponed.delay()).isEqualTo(Attempt.UNAVAILABLE);
            assertThat(postponed.reason().type()).isEqualTo(ProblemType.UPLOAD_QUEUE_FULL);
        });
    }

    @Test
    void anUnexpectedErrorIsTriedAgain() throws Exception {
        maxUploadBytes = () -> {
            throw new IllegalStateException("bug of an upload target");
        };

        assertThat(attempt(job("720p", "vod"))).isInstanceOfSatisfying(Attempt.Failed.class, failed -> {
            assertThat(failed.problem().type()).isEqualTo(ProblemType.INTERNAL_ERROR);
            assertThat(failed.problem().detail()).doesNotContain("bug of an upload target");
            assertThat(failed.retryable()).isTrue();
        });
    }

    private Attempt attempt(TranscodeJob job) throws Exception {
        return execute(job, _ -> {});
    }

    private Attempt execute(TranscodeJob job, Consumer<JobExecution> prepare) throws Exception {
        WorkDirectory work = new WorkDirectory(new ProcessSettings(
                directory.resolve("work"), minFree, Optional.empty(), Duration.ofSeconds(1), 0, 0, 0));
        try {
            JobExecution execution = new JobExecution(new Profiles(Map::of), null, null, work, null, uploads());
            prepare.accept(execution);
            CompletableFuture<Attempt> attempt = new CompletableFuture<>();
            execution.begin(job, attempt::complete);
            return attempt.get(Patience.seconds(30).toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            work.close();
        }
    }

    private ResultUploads uploads() {
        ResultTarget target = new ResultTarget() {
            @Override
            public boolean isConfigured() {
                return true;
            }

            @Override
            public long maxBytes() {
                return maxUploadBytes.getAsLong();
            }

            @Override
            public void add(String job) {
                throw new AssertionError("nothing was completed: " + job);
            }
        };
        return new ResultUploads(
                new TranscodeJobs(Duration.ofMinutes(1), Duration.ofMinutes(1), Long.MAX_VALUE, time),
                (job, state) -> {},
                target,
                time);
    }

    private TranscodeJob job(String profile, String uploadPath) throws IOException {
        JobRequest request = Jobs.uploaded(UUID.randomUUID().toString(), profile, uploadPath);
        JobFiles files = Jobs.files(Files.createDirectory(directory.resolve(request.id())));
        Files.writeString(files.input(), "media");
        return new TranscodeJob(request, files, new RefCountedDirectory(files.directory(), Jobs::delete), time);
    }
}
