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
import java.util.function.LongSupplier;

/** An asynchronous request: its state, its files, and who watches it. Thread-safe. */
final class TranscodeJob implements TranscodeRequest.Listener {

    /** Something that happened to a job; {@code name} is the event's name in the API. */
    record Event(String name, JobState state) {}

    final String id;
    final String client;
    final String profile;
    final RefCountedDirectory directory;
    final Instant createdAt;
    private final Clock clock;
    private final LongSupplier nanos;
    private final List<MultiEmitter<? super Event>> watchers = new ArrayList<>();
    private JobState state = new JobState.Queued();
    private long endedNanos;
    private boolean held;
    private boolean wanted = true;

    /** Makes a queued job, which holds its directory until it is told to let go or ends without a result. */
    TranscodeJob(
            String id, String client, String profile, RefCountedDirectory directory, Clock clock, LongSupplier nanos) {
        this.id = id;
        this.client = client;
        this.profile = profile;
        this.directory = directory;
        this.held = directory.hold();
        this.clock = clock;
        this.nanos = nanos;
        this.createdAt = clock.instant();
    }

    synchronized JobState state() {
        return state;
    }

    /** When it ended, by the monotonic clock; 0 before. */
    synchronized long endedNanos() {
        return endedNanos;
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

    /**
     * What happened so far, then what happens from now on; ends with the job. Of its progress, a slow reader misses what
     * it was not ready for.
     */
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
            JobState.Running further = running.progressed(share);
            if (!further.equals(running)) {
                state = further;
                Event event = new Event("progress", further);
                // Who has not read the last event needs no word of this one: the next progress, or the end, tells more.
                List.copyOf(watchers).stream()
                        .filter(watcher -> watcher.requested() > 0)
                        .forEach(watcher -> watcher.emit(event));
            }
        }
    }

    /** Its client does not want it any longer: should it complete all the same, nobody will fetch the result. */
    synchronized void unwanted() {
        wanted = false;
    }

    synchronized void ended(TranscodeResult result) {
        if (state instanceof JobState.Open open) {
            Instant now = clock.instant();
            endedNanos = nanos.getAsLong();
            state = wanted ? open.ended(result, now) : new JobState.Cancelled(now);
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
            directory.release();
        }
    }

    private void tell(Event event) {
        // A copy: a watcher may leave while it is told.
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
