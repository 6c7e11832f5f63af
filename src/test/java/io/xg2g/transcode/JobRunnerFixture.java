package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.durability.ManualQueueClock;
import io.xg2g.durability.TextSerializer;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemType;
import io.xg2g.queue.Durability;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueClock;
import io.xg2g.queue.QueueOptions;
import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A runner of jobs with a queue on a real disk, attempts that end when the test says so, and restarts. */
abstract class JobRunnerFixture {
    static final Problem CRASHED = ProblemType.TRANSCODE_FAILED.with("the encoder crashed");
    static final TranscodeResult.Completed RESULT =
            new TranscodeResult.Completed(List.of(), "libx264", "software", Duration.ZERO, Duration.ofSeconds(1));

    @TempDir
    Path data;

    final ManualTime time = new ManualTime();

    /** Attempts that have begun and not ended, in their order. */
    final Map<String, Consumer<Attempt>> begun = Collections.synchronizedMap(new LinkedHashMap<>());

    /** Jobs that cannot begin now. */
    final Set<String> notReady = new HashSet<>();

    final List<String> cancelled = new ArrayList<>();
    final List<String> announced = new ArrayList<>();

    /** Whether the queue of callbacks refuses the end of a job. */
    boolean callbacksRefused;

    int room = 1;
    JobStore store;
    TranscodeJobs jobs;
    HybridQueue<String> queue;
    JobRunner runner;

    @BeforeEach
    void start() throws IOException {
        begun.clear();
        store = new JobStore(data, 0, Jobs.JSON, Jobs::delete);
        jobs = new TranscodeJobs(Duration.ofMinutes(10), Duration.ofHours(24), Long.MAX_VALUE, time);
        QueueClock clock = new ManualQueueClock(time);
        queue = HybridQueue.open(
                QueueOptions.named("jobs")
                        .with(new QueueOptions.Bounds(3, 1000, 64))
                        .with(QueueOptions.Storage.in(data.resolve("queue"), Durability.SYNC)
                                .sized(1 << 20, 1 << 16))
                        .withLease(JobRunner.LEASE)
                        .with(clock),
                new TextSerializer());
        JobRunner.Execution execution = new JobRunner.Execution() {
            @Override
            public boolean isReady(TranscodeJob job) {
                return !notReady.contains(job.id);
            }

            @Override
            public void begin(TranscodeJob job, Consumer<Attempt> done) {
                begun.put(job.id, done);
            }

            @Override
            public void cancel(TranscodeJob job) {
                cancelled.add(job.id);
            }
        };
        runner = new JobRunner(
                queue,
                jobs,
                execution,
                new JobPolicy(
                        3,
                        new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5), () -> 1),
                        true,
                        () -> room,
                        this::announce),
                time);
        List<TranscodeJob> loaded = new ArrayList<>();
        for (JobStore.Stored stored : store.load()) {
            TranscodeJob job = job(stored.request(), stored.files());
            stored.outcome().ifPresent(job::restore);
            jobs.add(job);
            loaded.add(job);
        }
        runner.recover(loaded);
    }

    private void announce(TranscodeJob job) {
        if (callbacksRefused) {
            throw new IllegalStateException("the queue of callbacks is full");
        }
        announced.add(job.id);
    }

    @AfterEach
    void stop() throws IOException {
        queue.close();
    }

    /** A new program on the same disk; what was under way has not ended. */
    void restart() throws IOException {
        queue.close();
        start();
    }

    /** The next job that begins is this one; it completes. */
    void assertNext(String id) {
        assertThat(runner.step()).isTrue();
        assertThat(begun).containsOnlyKeys(id);
        end(id, new Attempt.Completed(RESULT));
    }

    String accept(int level) {
        return accept(level, "client");
    }

    String accept(int level, String client) {
        String id = UUID.randomUUID().toString();
        JobRequest request = Jobs.request(id, client, null, level);
        try {
            TranscodeJob job = job(request, store.create(request, input()));
            jobs.add(job);
            runner.add(job);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        return id;
    }

    Path input() throws IOException {
        return Files.writeString(Files.createTempFile(data, "upload", ""), "media");
    }

    void end(String id, Attempt attempt) {
        Optional.ofNullable(begun.remove(id)).orElseThrow().accept(attempt);
    }

    TranscodeJob job(String id) {
        return jobs.find(id).orElseThrow();
    }

    JobState state(String id) {
        return job(id).state();
    }

    TranscodeJob job(JobRequest request, JobFiles files) {
        return new TranscodeJob(request, files, new RefCountedDirectory(files.directory(), Jobs::delete), time);
    }
}
