package io.xg2g.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Multi;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.xg2g.connection.ConnectionException;
import io.xg2g.events.PagedHistory;
import io.xg2g.events.RecordedEvent;
import io.xg2g.problem.Unavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events of all gateways: a stream in Redis, whose entries have the numbers 1, 2, 3 and so on, each with an event as JSON. Beside it
 * is, for each gateway, the sequence of its latest event in the stream, so that none is added twice. Thread-safe; blocks.
 */
final class EventStream extends PagedHistory {
    private static final Duration LOOK = Duration.ofMillis(500);

    /** Adds an event if the gateway's latest one is still the expected one. */
    private static final String ADD = """
            if (redis.call('HGET', KEYS[2], ARGV[1]) or '0') ~= ARGV[2] then return 0 end
            local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
            local number = 1
            if last[1] then number = tonumber(string.match(last[1][1], '^%d+')) + 1 end
            redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[5], string.format('%.0f-0', number), 'event', ARGV[4])
            redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
            return number""";

    private final SharedRedis redis;
    private final ObjectMapper json;
    private final int maxItems;
    private volatile boolean ended;

    EventStream(SharedRedis redis, ObjectMapper json, int maxItems) {
        this.redis = redis;
        this.json = json;
        this.maxItems = maxItems;
    }

    /** Returns the sequence of the latest event of a gateway in the stream; 0 if there is none. */
    long taken(String gateway) throws ConnectionException, InterruptedException {
        @Nullable
        Response taken = redis.call(Request.cmd(Command.HGET).arg(takenKey()).arg(gateway));
        return taken == null ? 0 : Long.parseLong(taken.toString());
    }

    /**
     * Adds an event of a gateway.
     *
     * @param before sequence of the gateway's latest event in the stream
     * @return whether it was added; false if another one is the latest
     */
    boolean add(String gateway, long before, RecordedEvent event) throws ConnectionException, InterruptedException {
        try {
            @Nullable
            Response number = redis.call(Request.cmd(Command.EVAL)
                    .arg(ADD)
                    .arg(2)
                    .arg(key())
                    .arg(takenKey())
                    .arg(gateway)
                    .arg(before)
                    .arg(event.sequence())
                    .arg(json.writeValueAsString(event.in(0, gateway)))
                    .arg(maxItems));
            return number != null && !number.toString().equals("0");
        } catch (IOException bug) {
            throw new UncheckedIOException(bug);
        }
    }

    /** Ends the streams of clients. */
    void end() {
        ended = true;
    }

    @Override
    public Page latest(int most, Predicate<RecordedEvent> wanted) {
        for (int scanned = most + SCAN; ; scanned = Math.multiplyExact(scanned, 4)) {
            List<RecordedEvent> all = read(Command.XREVRANGE, "+", "-", scanned).reversed();
            List<RecordedEvent> matching = all.stream().filter(wanted).toList();
            if (matching.size() >= most || all.size() < scanned) {
                return new Page(
                        matching.subList(Math.max(0, matching.size() - most), matching.size()),
                        all.isEmpty() ? 0 : all.getLast().sequence(),
                        false);
            }
        }
    }

    @Override
    protected long latestSequence() {
        List<RecordedEvent> latest = read(Command.XREVRANGE, "+", "-", 1);
        return latest.isEmpty() ? 0 : latest.getFirst().sequence();
    }

    @Override
    protected List<RecordedEvent> read(long after, long upTo) {
        return read(Command.XRANGE, (after + 1) + "-0", upTo + "-0", SCAN);
    }

    @Override
    protected Multi<Long> looks() {
        return Multi.createFrom()
                .ticks()
                .every(LOOK)
                .onOverflow()
                .drop()
                .select()
                .first(_ -> !ended);
    }

    private List<RecordedEvent> read(Command range, String from, String to, int most) {
        try {
            @Nullable
            Response entries = redis.call(
                    Request.cmd(range).arg(key()).arg(from).arg(to).arg("COUNT").arg(most));
            List<RecordedEvent> events = new ArrayList<>();
            for (Response entry : Objects.requireNonNull(entries)) {
                String id = entry.get(0).toString();
                RecordedEvent event = json.readValue(entry.get(1).get(1).toString(), RecordedEvent.class);
                events.add(event.in(
                        Long.parseLong(id.substring(0, id.indexOf('-'))),
                        Objects.requireNonNullElse(event.member(), "")));
            }
            return events;
        } catch (IOException foreign) {
            throw new UncheckedIOException(foreign);
        } catch (ConnectionException away) {
            throw Unavailable.cluster("the events are in Redis, which cannot be reached: " + away.getMessage())
                    .asException();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Unavailable.shuttingDown().asException();
        }
    }

    private String key() {
        return redis.key("events");
    }

    private String takenKey() {
        return redis.key("events-taken");
    }
}
