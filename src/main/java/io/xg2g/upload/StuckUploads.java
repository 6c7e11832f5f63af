package io.xg2g.upload;

import io.xg2g.events.Event;
import io.xg2g.events.EventType;
import java.time.Duration;
import java.util.Optional;

/** Tells once when windows wait for their upload for more than a minute, and again after they did not. Used by one thread. */
final class StuckUploads {
    /** As the alert {@code Xg2gUploadStuck}. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final String target;
    private boolean told;

    /**
     * Creates one that has told nothing.
     *
     * @param target address of the target, without credentials
     */
    StuckUploads(String target) {
        this.target = target;
    }

    /**
     * Returns the event to publish.
     *
     * @param oldestAge time since the oldest window was added that is not uploaded
     * @param reason of the target's latest failure
     */
    Optional<Event> check(Duration oldestAge, Optional<TargetException.Kind> reason) {
        boolean stuck = oldestAge.compareTo(LIMIT) > 0;
        boolean begins = stuck && !told;
        told = stuck;
        return begins
                ? Optional.of(Event.of(
                        EventType.UPLOAD_STUCK,
                        target,
                        "Windows wait for their upload for more than a minute; the target "
                                + reason.map(kind -> "fails: " + kind.code()).orElse("is too slow") + "."))
                : Optional.empty();
    }
}
