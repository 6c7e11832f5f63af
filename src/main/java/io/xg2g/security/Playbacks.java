package io.xg2g.security;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The playbacks that have begun, by their tokens: a token's signature is looked at once. Thread-safe. */
final class Playbacks {
    /** Further ones are let in only as long as their tokens are young. */
    private static final int MOST = 100_000;

    /** Of one client. */
    private static final int MOST_OF_ONE = 1_000;

    private final PlaybackSettings settings;
    private final InstantSource time;
    private final Map<String, Playback> begun = new ConcurrentHashMap<>();
    private final Map<String, Deque<String>> byClient = new ConcurrentHashMap<>();

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
                    if (begun.size() >= MOST) {
                        return fresh;
                    }
                    Playback first = begun.putIfAbsent(token, fresh);
                    if (first == null) {
                        remember(client, token);
                    }
                    return first == null ? fresh : first;
                });
    }

    /** A client that begins more than anybody watches pushes out its own, not those of others. */
    private void remember(String client, String token) {
        byClient.compute(client, (_, others) -> {
            Deque<String> tokens = others == null ? new ArrayDeque<>() : others;
            tokens.add(token);
            if (tokens.size() > MOST_OF_ONE) {
                begun.remove(tokens.remove());
            }
            return tokens;
        });
    }

    /**
     * A response without an end begins. The owner's keeps the playback alive until {@link #close}.
     *
     * @return in how many milliseconds it has to be ended, at least 1
     */
    long open(Playback playback, String client) {
        if (playback.belongsTo(client)) {
            playback.opened();
        }
        return Math.max(1, playback.endsFor(client, settings) - time.millis());
    }

    void close(Playback playback, String client) {
        if (playback.belongsTo(client)) {
            playback.closed(time.millis());
        }
    }

    /** Forgets those that nobody can go on with. */
    void sweep() {
        long now = time.millis();
        begun.values().removeIf(playback -> playback.isOver(now, settings));
        for (String client : byClient.keySet()) {
            byClient.computeIfPresent(client, (_, tokens) -> {
                tokens.removeIf(token -> !begun.containsKey(token));
                return tokens.isEmpty() ? null : tokens;
            });
        }
    }

    int count() {
        return begun.size();
    }
}
