package io.xg2g.transcode;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Rendition;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An asynchronous request: its state, its files, and who watches it. Thread-safe. */
final class TranscodeJob implements TranscodeRequest.Listener {

    /** Something that happened to a job; {@code name} is the event's name in the API. */
    record Event(String name, JobState state) {}

    final String id;
    final String profile;
    final Instant createdAt;
    private final Runnable release;
    private final Clock clock;
    private final List<MultiEmitter<? super Event>> watchers = new ArrayList<>();
    private JobState state = new JobState.Queued();
    private boolean held = true;

    /**
     * Makes a queued job.
     *
     * @param release gives the job's files up; called once, must not block
     */
    TranscodeJob(String id, String profile, Runnable release, Clock clock) {
        this.id = id;
        this.profile = profile;
        this.release = release;
        this.clock = clock;
        this.createdAt = clock.instant();
    }

    synchronized JobState state() {
        return state;
    }

    /** The rendition of that name, once the job has completed. */
    Optional<Rendition> rendition(String name) {
        return state() instanceof JobState.Completed completed
                ? completed.result().renditions().stream()
                        .filter(rendition -> rendition.name().equals(name))
                        .findFirst()
                : Optional.empty();
    }

    /** Bytes of finished renditions that the job holds. */
    long bytes() {
        return state() instanceof JobState.Completed completed
                ? completed.result().renditions().stream()
                        .mapToLong(Rendition::bytes)
                        .sum()
                : 0;
    }

    /** What happened so far, then what happens from now on; ends with the job. */
    Multi<Event> events() {
        return Multi.createFrom().<Event>emitter(this::watch);
    }

    @Override
    public synchronized void started(String device) {
        if (state instanceof JobState.Open open) {
            state = open.started(device);
            tell(new Event("started", state));
        }
    }

    @Override
    public synchronized void progressed(double share) {
        if (state instanceof JobState.Running running) {
            state = running.progressed(share);
            tell(new Event("progress", state));
        }
    }

    synchronized void ended(TranscodeResult result) {
        if (state instanceof JobState.Open open) {
            state = open.ended(result, clock.instant());
            tell(new Event("finished", state));
            List.copyOf(watchers).forEach(MultiEmitter::complete);
            watchers.clear();
            if (!(state instanceof JobState.Completed)) {
                letGo();
            }
        }
    }

    /** Gives the files up; what may be called more than once lets go once. */
    synchronized void letGo() {
        if (held) {
            held = false;
            release.run();
        }
    }

    private void tell(Event event) {
        watchers.forEach(watcher -> watcher.emit(event));
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
