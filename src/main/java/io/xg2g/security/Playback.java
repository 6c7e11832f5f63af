package io.xg2g.security;

import io.quarkus.security.identity.SecurityIdentity;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A playback that has begun: it belongs to the client that used its token first, and goes on for as long as that client
 * goes on fetching. Thread-safe.
 */
final class Playback {
    private final PlaybackToken token;
    private final String client;
    private final SecurityIdentity identity;
    private final long began;
    private final AtomicInteger open = new AtomicInteger();
    private volatile long latest;

    Playback(PlaybackToken token, String client, long now) {
        this.token = token;
        this.client = client;
        this.identity = Role.VIEWER.identity("playback:" + token.playback());
        this.began = now;
        this.latest = now;
    }

    PlaybackToken token() {
        return token;
    }

    /** Whoever plays: a viewer, of this channel in this mode only. */
    SecurityIdentity identity() {
        return identity;
    }

    /** The owner may go on while it is one; others may use a token that is still young. */
    boolean admits(String other, long now, PlaybackSettings settings) {
        boolean young = now < token.expires().toEpochMilli();
        if (!belongsTo(other)) {
            return young;
        }
        boolean goesOn = !isIdle(now, settings.lifetime())
                && now - began < settings.longest().toMillis();
        if (young || goesOn) {
            latest = now;
        }
        return young || goesOn;
    }

    boolean belongsTo(String other) {
        return client.equals(other);
    }

    /** When a response without an end has to end: what a client was let in for does not outlive its right to it. */
    long endsFor(String other, PlaybackSettings settings) {
        return belongsTo(other)
                ? began + settings.longest().toMillis()
                : token.expires().toEpochMilli();
    }

    /** A response without an end begins. */
    void opened() {
        open.incrementAndGet();
    }

    /** It has ended. */
    void closed(long now) {
        latest = now;
        open.decrementAndGet();
    }

    /** Nobody can go on with it. */
    boolean isOver(long now, PlaybackSettings settings) {
        return now >= token.expires().toEpochMilli() && isIdle(now, settings.lifetime());
    }

    private boolean isIdle(long now, Duration lifetime) {
        return open.get() == 0 && now - latest >= lifetime.toMillis();
    }
}
