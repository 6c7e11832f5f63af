package io.xg2g.events;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.redaction.Redaction;
import io.xg2g.schedule.TimeSource;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something that happened, for operators. Immutable. Credentials in URLs are removed, and texts are cut at
 * {@value #MAX_TEXT} characters.
 *
 * @param time when it happened, by the wall clock
 * @param type {@linkplain EventType#label name of the type}; a text, since an event may have been stored by another
 *     version of the program
 * @param subject identifier of what it happened to: channel, device, receiver and port, queue, job
 * @param message one sentence
 * @param details figures and codes, at most {@value #MAX_DETAILS}, sorted by name
 */
@RegisterForReflection
public record Event(Instant time, String type, String subject, String message, Map<String, String> details) {
    static final int MAX_TEXT = 500;
    static final int MAX_DETAILS = 16;

    /** Removes credentials, and cuts what is too long. */
    public Event {
        subject = bounded(subject);
        message = bounded(message);
        Map<String, String> kept = new TreeMap<>();
        details.entrySet().stream()
                .limit(MAX_DETAILS)
                .forEach(detail -> kept.put(bounded(detail.getKey()), bounded(detail.getValue())));
        details = Collections.unmodifiableMap(kept);
    }

    /** Creates an event of this moment. */
    public static Event of(EventType type, String subject, String message, Map<String, String> details) {
        return new Event(TimeSource.SYSTEM.instant(), type.label(), subject, message, details);
    }

    /** Creates an event of this moment without details. */
    public static Event of(EventType type, String subject, String message) {
        return of(type, subject, message, Map.of());
    }

    private static String bounded(String text) {
        String redacted = Redaction.text(text);
        return redacted.length() <= MAX_TEXT ? redacted : redacted.substring(0, MAX_TEXT);
    }
}
