package io.xg2g.transcode;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.problem.Problem;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asynchronous request: its state in memory, its files and the subscribers to its events. Thread-safe. */
final class TranscodeJob implements TranscodeRequest.Listener {

    /** Change of the state; {@code name} is the name of the event in the API. */
    record Event(String name, JobState state) {}

    final JobRequest request;
    final JobFiles files;
    final String id;
    final String client;
    final RefCountedDirectory directory;

    /** Size of the input in bytes; counts as retained while an ended job can be retried. */
    private volatile long inputBytes;

    private volatile int interruptions;

    private final TimeSource time;
    private final List<MultiEmitter<? super Event>> watchers = new ArrayList<>();
    private JobState state = new JobState.Queued(null);
    private int attempts;
    private long endedNanos;
    private boolean holdsFiles = true;
    private boolean resultWanted = true;
    private boolean leaving;
    private boolean announced;
    private boolean removed;
    private @Nullable MediaInfo media;
    private JobLimits.Reservation reservation = JobLimits.Reservation.NONE;

    /**
     * Creates a queued job.
     *
     * @param directory with one reference, which the job holds until {@link #releaseFiles}
     */
    TranscodeJob(JobRequest request, JobFiles files, RefCountedDirectory directory, TimeSource time) {
        this.request = request;
        this.files = files;
        this.id = request.id();
        this.client = request.client();
        this.directory = directory;
        this.time = time;
    }

    /** Restores the state of a job that was stored. Its age is measured by the wall clock, and is not negative. */
    synchronized void restore(JobOutcome outcome) {
        state = outcome.state(files.renditions());
        attempts = outcome.attempts();
        if (state instanceof JobState.Ended ended) {
            Duration age = Duration.between(ended.retainedFrom(), time.instant());
            endedNanos = time.nanoTime() - Math.max(0, age.toNanos());
        }
    }

    synchronized JobState state() {
        return state;
    }

    /** Returns the number of attempts that have failed. */
    synchronized int attempts() {
        return attempts;
    }

    /** Returns the properties of the input, if it was inspected since the start of the program. */
    synchronized Optional<MediaInfo> media() {
        return Optional.ofNullable(media);
    }

    synchronized void inspected(MediaInfo found) {
        media = found;
    }

    void inputBytes(long bytes) {
        inputBytes = bytes;
    }

    /** Sets the share of the limits that the job uses while it is open. */
    synchronized void reserved(JobLimits.Reservation share) {
        reservation = share;
    }

    synchronized JobLimits.Reservation reservation() {
        return reservation;
    }

    /** Returns the time of the end on the monotonic clock; 0 before. */
    synchronized long endedNanos() {
        return endedNanos;
    }

    /** Returns a rendition of a completed job. */
    Optional<Rendition> rendition(String name) {
        return state() instanceof JobState.Completed completed
                ? completed.result().renditions().stream()
                        .filter(rendition -> rendition.name().equals(name))
                        .findFirst()
                : Optional.empty();
    }

    /** Returns the size of what is retained of an ended job: renditions, or the input of one that can be retried. */
    long bytes() {
        return switch (state()) {
            case JobState.Completed completed ->
                completed.result().renditions().stream()
                        .mapToLong(Rendition::bytes)
                        .sum();
            case JobState.Failed _, JobState.Dead _ -> inputBytes;
            case JobState.Queued _, JobState.Running _, JobState.Cancelled _ -> 0;
        };
    }

    long inputBytes() {
        return inputBytes;
    }

    void interruptions(int attempts) {
        interruptions = attempts;
    }

    /** Returns how many attempts in a row, the latest ones, were ended by the end of the program. */
    int interruptions() {
        return interruptions;
    }

    /** Returns whether its source has to be fetched first. */
    boolean needsFetch() {
        return request.source() != null && inputBytes == 0;
    }

    /**
     * Returns the past and the future events; completes with the job. Progress events are dropped for subscribers without demand.
     */
    Multi<Event> events() {
        return Multi.createFrom().<Event>emitter(this::watch);
    }

    @Override
    public synchronized void started(String device) {
        if (state instanceof JobState.Open open) {
            state = open.started(device);
            emit(new Event("started", state));
        }
    }

    @Override
    public synchronized void progressed(double share) {
        if (state instanceof JobState.Running running) {
            JobState.Running further = running.progressed(share);
            if (!further.equals(running)) {
                state = further;
                Event event = new Event("progress", further);
                // Dropped for subscribers without demand: a later event contains newer progress.
                List.copyOf(watchers).stream()
                        .filter(watcher -> watcher.requested() > 0)
                        .forEach(watcher -> watcher.emit(event));
            }
        }
    }

    /** Marks the result as not needed: a job that completes afterwards counts as cancelled. */
    synchronized void discardResult() {
        resultWanted = false;
    }

    synchronized boolean isWanted() {
        return resultWanted;
    }

    /**
     * Returns an open job to the queue.
     *
     * @param failed number of attempts that have failed
     * @param problem reason of the latest failed attempt, or {@code null}
     */
    synchronized void requeued(int failed, @Nullable Problem problem) {
        if (state instanceof JobState.Open) {
            attempts = failed;
            state = new JobState.Queued(problem);
            emit(new Event("queued", state));
            if (leaving) {
                completeWatchers();
            }
        }
    }

    /**
     * Puts a failed or dead job back to its beginning.
     *
     * @return false if it was {@linkplain #removed removed}
     */
    synchronized boolean reopened() {
        if (!removed) {
            state = new JobState.Queued(null);
            attempts = 0;
            resultWanted = true;
            announced = false;
        }
        return !removed;
    }

    /** Marks an ended job as removed, after which it is not reopened; returns false if it is open. */
    synchronized boolean removed() {
        removed |= state instanceof JobState.Ended;
        return removed;
    }

    /** Ends an open job; the first end is the only one. */
    synchronized void ended(JobState.Ended end, int failedAttempts) {
        if (state instanceof JobState.Open) {
            attempts = failedAttempts;
            endedNanos = time.nanoTime();
            state = end;
            reservation.release();
            emit(new Event("finished", state));
            completeWatchers();
        }
    }

    /** Returns the upload that begins when the job is completed, or {@code null} if none was requested. */
    @Nullable
    ResultUpload requestedUpload() {
        return request.uploadPath() == null ? null : new ResultUpload.Waiting();
    }

    /** Returns whether the job is completed, and its renditions are not uploaded yet. */
    boolean isUploading() {
        return state() instanceof JobState.Ended ended && ended.isUploading();
    }

    /** Changes the state of the upload of a completed job, whose retention begins now. */
    synchronized void uploadChanged(JobState.Completed changed) {
        if (state instanceof JobState.Completed) {
            state = changed;
            endedNanos = time.nanoTime();
        }
    }

    /** Returns whether the end of the job was announced since the start of the program. */
    synchronized boolean isAnnounced() {
        return announced;
    }

    synchronized void announced() {
        announced = true;
    }

    /** Ends the streams of events of a job that continues after a restart; those of a running one when it is returned. */
    synchronized void leave() {
        leaving = true;
        if (state instanceof JobState.Queued) {
            completeWatchers();
        }
    }

    private void completeWatchers() {
        List.copyOf(watchers).forEach(MultiEmitter::complete);
        watchers.clear();
    }

    /** Releases the directory. Idempotent. */
    synchronized void releaseFiles() {
        if (holdsFiles) {
            holdsFiles = false;
            directory.release();
        }
    }

    private void emit(Event event) {
        // A copy, since a subscriber may cancel during the call.
        List.copyOf(watchers).forEach(watcher -> watcher.emit(event));
    }

    private synchronized void watch(MultiEmitter<? super Event> watcher) {
        watcher.emit(new Event("queued", new JobState.Queued(null)));
        switch (state) {
            case JobState.Queued _ -> {}
            case JobState.Running running -> watcher.emit(new Event("started", running));
            case JobState.Ended ended -> watcher.emit(new Event("finished", ended));
        }
        if (state instanceof JobState.Ended || (leaving && state instanceof JobState.Queued)) {
            watcher.complete();
        } else {
            watchers.add(watcher);
            watcher.onTermination(() -> forget(watcher));
        }
    }

    private synchronized void forget(MultiEmitter<? super Event> watcher) {
        watchers.remove(watcher);
    }
}
