package io.xg2g.upload;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Attempts to store each segment of a channel. A segment is given up if the target refuses it, or has failed to store it often while
 * it has stored those of other channels. Used by one thread at a time.
 */
final class SegmentAttempts {
    /** Attempts after which an object is given up, if the target has stored those of other channels meanwhile. */
    static final int MAX_ATTEMPTS = 12;

    private record Attempts(int number, long successesBefore) {}

    private final TargetCircuit circuit;
    private final Map<String, Attempts> attempts = new HashMap<>();

    SegmentAttempts(TargetCircuit circuit) {
        this.circuit = circuit;
    }

    /** A segment was stored. */
    void succeeded(String name) {
        attempts.remove(name);
    }

    /** A segment was not stored; returns the number of attempts if it is given up. */
    OptionalInt failed(String name, TargetException.Kind reason) {
        Attempts known = attempts.getOrDefault(name, new Attempts(0, circuit.successes()));
        Attempts now = new Attempts(known.number() + 1, known.successesBefore());
        boolean last =
                !reason.retryable() || (now.number() >= MAX_ATTEMPTS && circuit.successes() > now.successesBefore());
        if (last) {
            attempts.remove(name);
            return OptionalInt.of(now.number());
        }
        attempts.put(name, now);
        return OptionalInt.empty();
    }
}
