package io.xg2g.transcode;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.schedule.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asynchronous request: its state, its files and the subscribers to its events. Thread-safe. */
final class TranscodeJob implements TranscodeRequest.Listener {

    /** Change of the state; {@code name} is the name of the event in the API. */
    record Event(String name, JobState state) {}

    final String id;
    final String client;
    final String profile;
    final RefCountedDirectory directory;
    final Instant createdAt;
    private final TimeSource time;
    private final List<MultiEmitter<? super Event>> watchers = new ArrayList<>();
    private JobState state = new JobState.Queued();
    private long endedNanos;
    private boolean holdsFiles;
    private boolean resultWanted = true;

    /** Creates a queued job, which holds its directory until {@link #releaseFiles} or until it ends without a result. */
    TranscodeJob(String id, String client, String profile, RefCountedDirectory directory, TimeSource time) {
        this.id = id;
        this.client = client;
        this.profile = profile;
        this.directory = directory;
        this.holdsFiles = directory.hold();
        this.time = time;
        this.createdAt = time.instant();
    }

    synchronized JobState state() {
        return state;
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

    /** Returns the size of the renditions; 0 before the job has completed. */
    long bytes() {
        return state() instanceof JobState.Completed completed
                ? completed.result().renditions().stream()
                        .mapToLong(Rendition::bytes)
                        .sum()
                : 0;
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

    synchronized void ended(TranscodeResult result) {
        if (state instanceof JobState.Open open) {
            Instant now = time.instant();
            endedNanos = time.nanoTime();
            state = resultWanted ? open.ended(result, now) : new JobState.Cancelled(now);
            emit(new Event("finished", state));
            List.copyOf(watchers).forEach(MultiEmitter::complete);
            watchers.clear();
            if (!(state instanceof JobState.Completed)) {
                releaseFiles();
            }
        }
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
        watcher.emit(new Event("queued", new JobState.Queued()));
        switch (state) {
            case JobState.Queued _ -> {}
            case JobState.Running running -> watcher.emit(new Event("started", running));
            case JobState.Ended ended -> watcher.emit(new Event("finished", ended));
        }
        if (state instanceof JobState.Ended) {
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
