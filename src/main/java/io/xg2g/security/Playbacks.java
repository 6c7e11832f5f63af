package io.xg2g.security;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The playbacks that have begun, by their tokens: a token's signature is looked at once. Thread-safe. */
final class Playbacks {
    /** Further ones are let in only as long as their tokens are young. */
    private static final int MOST = 100_000;

    private final PlaybackSettings settings;
    private final InstantSource time;
    private final Map<String, Playback> begun = new ConcurrentHashMap<>();

    Playbacks(PlaybackSettings settings, InstantSource time) {
        this.settings = settings;
        this.time = time;
    }

    /**
     * The playback that a request belongs to; its first request begins it.
     *
     * @param client as which the request comes
     * @return empty if the token is not good for this, or not any longer
     */
    Optional<Playback> admit(String token, PlaybackTarget target, String client) {
        long now = time.millis();
        Playback known = begun.get(token);
        Optional<Playback> playback = known == null ? begin(token, target, client, now) : Optional.of(known);
        return playback.filter(its -> target.isPartOf(its.token()) && its.admits(client, now, settings));
    }

    private Optional<Playback> begin(String token, PlaybackTarget target, String client, long now) {
        return PlaybackToken.read(token, target.channel(), settings.keys())
                .filter(target::isPartOf)
                .filter(read -> read.expires().isAfter(Instant.ofEpochMilli(now)))
                .map(read -> {
                    Playback fresh = new Playback(read, client, now);
                    Playback first = begun.size() < MOST ? begun.putIfAbsent(token, fresh) : null;
                    return first == null ? fresh : first;
                });
    }

    /** A response without an end belongs to it, until {@link #close}. */
    void open(Playback playback) {
        playback.opened();
    }

    void close(Playback playback) {
        playback.closed(time.millis());
    }

    /** Forgets those that nobody can go on with. */
    void sweep() {
        long now = time.millis();
        begun.values().removeIf(playback -> playback.isOver(now, settings));
    }

    int count() {
        return begun.size();
    }
}
