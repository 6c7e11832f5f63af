package io.xg2g.events;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Events of the program itself. Thread-safe. */
@Singleton
public class ProgramEvents {
    private final EventPublisher publisher;
    private final EventLog log;
    private final String version;
    private final AtomicBoolean running = new AtomicBoolean();

    ProgramEvents(
            EventPublisher publisher,
            EventLog log,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        this.publisher = publisher;
        this.log = log;
        this.version = version;
    }

    /** Publishes that the program has started, and whether the one before it was killed. May block on files. */
    public void started() {
        boolean killed = log.latest(event -> event.type().startsWith(EventType.PROGRAM_STARTED.kind() + '.'))
                .filter(event -> event.type().equals(EventType.PROGRAM_STARTED.label()))
                .isPresent();
        running.set(true);
        publisher.publish(Event.of(
                EventType.PROGRAM_STARTED,
                version,
                killed ? "The service has started; it had not ended in order before." : "The service has started.",
                Map.of("recovered", Boolean.toString(killed))));
    }

    /** Publishes that the program ends, if it had started. Does not block. */
    public void stopped() {
        if (running.getAndSet(false)) {
            publisher.publish(Event.of(EventType.PROGRAM_STOPPED, version, "The service ends."));
        }
    }
}
