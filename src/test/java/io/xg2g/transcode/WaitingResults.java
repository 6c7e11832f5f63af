package io.xg2g.transcode;

import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Completed jobs on disk, whose results are uploaded. */
public final class WaitingResults {
    private final Path data;
    private final TimeSource time;
    private JobStore store;
    private TranscodeJobs jobs;
    private ResultUploads uploads;

    /** Callbacks, as the job and the state of its upload. */
    public final List<String> callbacks = new ArrayList<>();

    /** Jobs that were added to the queue of uploads. */
    public final List<String> added = new ArrayList<>();

    /** Bound on what waits. */
    public long maxBytes = Long.MAX_VALUE;

    /** Whether there is a target. */
    public boolean configured = true;

    /**
     * Opens an existing directory.
     *
     * @param data with the jobs of earlier objects
     */
    public WaitingResults(Path data, TimeSource time) {
        this.data = data;
        this.time = time;
        restart();
    }

    /** The program was killed and starts again. */
    public void restart() {
        store = new JobStore(data, 0, Jobs.JSON, Jobs::delete);
        jobs = new TranscodeJobs(Duration.ofMinutes(10), Duration.ofHours(24), Long.MAX_VALUE, time);
        ResultTarget target = new ResultTarget() {
            @Override
            public boolean isConfigured() {
                return configured;
            }

            @Override
            public long maxBytes() {
                return maxBytes;
            }

            @Override
            public void add(String job) {
                added.add(job);
            }
        };
        uploads = new ResultUploads(jobs, (job, state) -> callbacks.add(job.id + " " + label(state)), target, time);
        for (JobStore.Stored stored : store.load()) {
            TranscodeJob job = job(stored.request(), stored.files());
            stored.outcome().ifPresent(job::restore);
            jobs.add(job);
        }
    }

    private TranscodeJob job(JobRequest request, JobFiles files) {
        return new TranscodeJob(request, files, new RefCountedDirectory(files.directory(), Jobs::delete), time);
    }

    /** Completes a job with renditions of these contents, by the names of their files. */
    public String complete(@Nullable String path, Map<String, byte[]> renditions) {
        return complete("client", path, renditions);
    }

    String complete(String client, @Nullable String path, Map<String, byte[]> renditions) {
        String id = UUID.randomUUID().toString();
        UploadOption upload = new UploadOption(path);
        JobRequest request = Jobs.request(id, client, null, 1, upload.directory(id));
        try {
            JobFiles files = store.create(request, null);
            List<Rendition> made = new ArrayList<>();
            Path work = Files.createDirectories(data.resolve("work"));
            for (Map.Entry<String, byte[]> rendition : new TreeMap<>(renditions).entrySet()) {
                made.add(new Rendition(
                        rendition.getKey().replaceFirst("\\..*", ""),
                        Files.write(work.resolve(rendition.getKey()), rendition.getValue()),
                        "video/mp4",
                        rendition.getValue().length,
                        1280,
                        720,
                        Duration.ofSeconds(2)));
            }
            TranscodeResult.Completed result = files.adopt(
                    new TranscodeResult.Completed(made, "libx264", "software", Duration.ZERO, Duration.ofSeconds(1)));
            TranscodeJob job = job(request, files);
            JobState.Completed completed = new JobState.Completed(result, time.instant(), new ResultUpload.Waiting());
            files.store(JobOutcome.of(completed, 0, time.instant()));
            job.ended(completed, 0);
            jobs.add(job);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return id;
    }

    public ResultUploads uploads() {
        return uploads;
    }

    /** Returns the state of the upload of a job; {@code gone} if there is no such job. */
    public String state(String id) {
        return jobs.find(id).map(job -> label(job.state())).orElse("gone");
    }

    /** The client deletes a job. */
    public void delete(String id) {
        jobs.find(id).ifPresent(jobs::remove);
    }

    /** Retries the upload of a job; returns whether it had failed. */
    public boolean retry(String id) throws IOException {
        return uploads.retry(jobs.find(id).orElseThrow());
    }

    /** Removes what is not retained any more. */
    public void sweep() {
        jobs.sweep();
    }

    private static String label(JobState state) {
        return state instanceof JobState.Completed completed && completed.upload() != null
                ? completed.upload().label()
                : state.label();
    }
}
