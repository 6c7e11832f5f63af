package io.xg2g.channel;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Viewers of a channel: open continuous streams, and players of segments, which are identified by address and user
 * agent and expire after a timeout. Thread-safe.
 */
public final class Viewers {
    /** Time without requests after which a player is not counted. */
    private static final long PLAYER_TIMEOUT_NANOS = Duration.ofSeconds(15).toNanos();

    private static final int MAX_PLAYERS = 10_000;

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

    /** Returns the identification of a player: its address and user agent. */
    public static String player(String client, HttpServerRequest request) {
        String agent = request.getHeader(HttpHeaders.USER_AGENT);
        String name = agent == null ? "" : agent.substring(0, Math.min(100, agent.length()));
        return client + " " + name;
    }

    /** Records a request of a player for renditions. */
    public void fetched(String player) {
        long now = watched(true);
        if (players.size() < MAX_PLAYERS || players.containsKey(player)) {
            players.put(player, now);
        }
    }

    /** Records that a player waits for the next segment. */
    void waitStarted() {
        waiting.incrementAndGet();
    }

    void waitEnded() {
        watched(true);
        waiting.decrementAndGet();
    }

    public void streamStarted(boolean ofRenditions) {
        streams.incrementAndGet();
        if (ofRenditions) {
            renditionStreams.incrementAndGet();
        }
    }

    public void streamEnded(boolean ofRenditions) {
        watched(ofRenditions);
        streams.decrementAndGet();
        if (ofRenditions) {
            renditionStreams.decrementAndGet();
        }
    }

    /** Records the time of the latest activity and returns it. */
    private long watched(boolean renditions) {
        long now = nanos.getAsLong();
        lastAny = now;
        if (renditions) {
            lastRenditions = now;
        }
        return now;
    }

    /** Returns the number of current viewers. */
    int count() {
        long now = nanos.getAsLong();
        players.values().removeIf(seen -> now - seen > PLAYER_TIMEOUT_NANOS);
        return streams.get() + players.size();
    }

    /** Returns whether there is no viewer, not even a player that waits for a segment. */
    boolean areNone() {
        return count() == 0 && waiting.get() == 0;
    }

    /** Returns the time without any viewer. */
    Duration idle() {
        return since(lastAny, streams);
    }

    /** Returns the time without a viewer of renditions. */
    Duration idleRenditions() {
        return since(lastRenditions, renditionStreams);
    }

    private Duration since(long last, AtomicInteger watching) {
        boolean idle = watching.get() == 0 && waiting.get() == 0;
        return idle ? Duration.ofNanos(nanos.getAsLong() - last) : Duration.ZERO;
    }
}
