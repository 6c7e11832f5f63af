package io.xg2g.channel;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Who watches a channel: continuous streams are counted while they last; players that fetch playlists and segments, by
 * their address and name, while they do. Thread-safe.
 */
public final class Viewers {
    /** A player that has fetched nothing for this long does not watch any longer. */
    private static final long GONE_NANOS = Duration.ofSeconds(15).toNanos();

    private static final int MOST_PLAYERS = 10_000;

    private final LongSupplier nanos;
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger renditionStreams = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<String, Long> players = new ConcurrentHashMap<>();
    private volatile long lastAny;
    private volatile long lastRenditions;

    Viewers(LongSupplier nanos) {
        this.nanos = nanos;
        this.lastAny = nanos.getAsLong();
        this.lastRenditions = lastAny;
    }

    /** Players are told apart by their address and their own name. */
    public static String player(String client, HttpServerRequest request) {
        String agent = request.getHeader(HttpHeaders.USER_AGENT);
        String name = agent == null ? "" : agent.substring(0, Math.min(100, agent.length()));
        return client + " " + name;
    }

    /** A player fetched something of the renditions. */
    public void fetched(String player) {
        long now = watched(true);
        if (players.size() < MOST_PLAYERS || players.containsKey(player)) {
            players.put(player, now);
        }
    }

    /** A player waits for a rendition's next segment. */
    void waitBegins() {
        waiting.incrementAndGet();
    }

    void waitEnds() {
        watched(true);
        waiting.decrementAndGet();
    }

    public void streamBegins(boolean ofRenditions) {
        streams.incrementAndGet();
        if (ofRenditions) {
            renditionStreams.incrementAndGet();
        }
    }

    public void streamEnds(boolean ofRenditions) {
        watched(ofRenditions);
        streams.decrementAndGet();
        if (ofRenditions) {
            renditionStreams.decrementAndGet();
        }
    }

    /** Somebody watched until now. */
    private long watched(boolean renditions) {
        long now = nanos.getAsLong();
        lastAny = now;
        if (renditions) {
            lastRenditions = now;
        }
        return now;
    }

    /** How many watch at present. */
    int count() {
        long now = nanos.getAsLong();
        players.values().removeIf(seen -> now - seen > GONE_NANOS);
        return streams.get() + players.size();
    }

    /** How long nobody has watched. */
    Duration idle() {
        return since(lastAny, streams);
    }

    /** How long nobody has wanted renditions. */
    Duration idleRenditions() {
        return since(lastRenditions, renditionStreams);
    }

    private Duration since(long last, AtomicInteger watching) {
        boolean idle = watching.get() == 0 && waiting.get() == 0;
        return idle ? Duration.ofNanos(nanos.getAsLong() - last) : Duration.ZERO;
    }
}
