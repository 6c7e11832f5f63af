package io.xg2g.transcode;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.xg2g.events.Event;
import io.xg2g.events.EventPublisher;
import io.xg2g.events.EventType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Announces the ends of jobs: by callbacks, a metric, and an event for each dead one. Thread-safe. */
@Singleton
class JobAnnouncer {
    private final MeterRegistry registry;
    private final Consumer<TranscodeJob> callbacks;
    private final Consumer<TranscodeJob> uploads;
    private final Consumer<Event> events;

    @Inject
    JobAnnouncer(MeterRegistry registry, Callbacks callbacks, ResultUploads uploads, EventPublisher events) {
        this(registry, job -> callbacks.add(job, job.state()), uploads::add, events::publish);
    }

    JobAnnouncer(
            MeterRegistry registry,
            Consumer<TranscodeJob> callbacks,
            Consumer<TranscodeJob> uploads,
            Consumer<Event> events) {
        this.registry = registry;
        this.callbacks = callbacks;
        this.uploads = uploads;
        this.events = events;
        for (String state : List.of("completed", "failed", "dead", "cancelled")) {
            counter(state);
        }
    }

    /**
     * Announces a job that has ended; the callback of one with an upload is sent after that.
     *
     * @throws io.xg2g.queue.QueueException if its callback or upload could not be stored; nothing was announced then
     */
    void ended(TranscodeJob job) {
        (job.isUploading() ? uploads : callbacks).accept(job);
        counter(job.state().label()).increment();
        if (job.state() instanceof JobState.Dead dead) {
            events.accept(Event.of(
                    EventType.JOB_DEAD,
                    job.id,
                    "An asynchronous transcode has failed in every attempt.",
                    Map.of(
                            "code", dead.problem().type().code(),
                            "reason", dead.problem().detail(),
                            "attempts", Integer.toString(job.attempts()))));
        }
    }

    private Counter counter(String state) {
        return Counter.builder("xg2g.transcode.jobs.ended")
                .tag("state", state)
                .description("Asynchronous transcodes that have ended")
                .register(registry);
    }
}
