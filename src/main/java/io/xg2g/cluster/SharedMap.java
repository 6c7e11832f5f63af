package io.xg2g.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.xg2g.connection.ConnectionException;
import io.xg2g.problem.Unavailable;
import io.xg2g.storage.StoredMap;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Elements in a hash of Redis, as JSON by id, with a number that changes with each change. What was read last is kept while Redis is
 * away.
 *
 * <p>The number only increases. If it is less than the one that is known, Redis has lost what was changed since: its data, or the latest
 * part. Then all elements that are known are written again, and those that are known to be removed are removed; others stay, as they
 * were added since.
 *
 * @param <T> type of the elements
 */
final class SharedMap<T> implements StoredMap<T> {
    private static final Logger LOG = Logger.getLogger(SharedMap.class);
    private static final long UNKNOWN = -1;

    /** Added to the version when Redis had lost elements, so that gateways with other copies read what was written. */
    private static final int RESTORED = 1000;

    /** Ids of removed elements that are remembered. */
    private static final int REMOVED = 1000;

    /**
     * KEYS[1]: hash, KEYS[2]: version, which is 0 if it does not exist; ARGV[1]: version that is known, -1 if none is. Returns nothing
     * if that is the current one.
     */
    private static final String READ = """
            local version = tonumber(redis.call('GET', KEYS[2]) or 0)
            local known = tonumber(ARGV[1])
            if version < known then
              return {'lost'}
            end
            if version == known then
              return {}
            end
            local answer = redis.call('HGETALL', KEYS[1])
            table.insert(answer, 1, string.format('%.0f', version))
            return answer
            """;

    /**
     * KEYS as READ; ARGV[1]: version that was known, ARGV[2]: the next one, ARGV[3]: number of removed elements, then their ids, then ids
     * and elements.
     */
    private static final String RESTORE = """
            if tonumber(redis.call('GET', KEYS[2]) or 0) >= tonumber(ARGV[1]) then
              return 0
            end
            local first = 4 + tonumber(ARGV[3])
            for i = 4, first - 1 do
              redis.call('HDEL', KEYS[1], ARGV[i])
            end
            for i = first, #ARGV, 2 do
              redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
            end
            redis.call('SET', KEYS[2], ARGV[2])
            return 1
            """;

    /** KEYS as READ; ARGV: id, element. */
    private static final String ADD = """
            local added = redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
            if added == 1 then
              redis.call('INCR', KEYS[2])
            end
            return added
            """;

    /** KEYS as READ; ARGV: id. */
    private static final String REMOVE = """
            local removed = redis.call('HDEL', KEYS[1], ARGV[1])
            if removed == 1 then
              redis.call('INCR', KEYS[2])
            end
            return removed
            """;

    /** What was read; version -1 if nothing was. */
    private record Content<T>(long version, Map<String, T> elements) {}

    private final SharedRedis redis;
    private final String name;
    private final ObjectMapper json;
    private final Class<T> type;
    private final Runnable changed;

    /** Held while the elements are read. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile Content<T> content = new Content<>(UNKNOWN, Map.of());

    /** Ids of elements that were here and were removed, the latest last. Guarded by {@link #reading}. */
    private final LinkedHashSet<String> removed = new LinkedHashSet<>();

    /**
     * Creates one.
     *
     * @param name of the elements: beginning of the keys, and for messages
     * @param changed runs after a change, before it is completed
     */
    SharedMap(SharedRedis redis, String name, ObjectMapper json, Class<T> type, Runnable changed) {
        this.redis = redis;
        this.name = name;
        this.json = json;
        this.type = type;
        this.changed = changed;
    }

    @Override
    public Map<String, T> all() {
        return content.elements();
    }

    @Override
    public Optional<String> unavailable() {
        return content.version() == UNKNOWN
                ? Optional.of("the " + name + " were not read from Redis yet")
                : Optional.empty();
    }

    @Override
    public boolean add(String id, T element) {
        return change(script(ADD).arg(id).arg(text(element)));
    }

    @Override
    public boolean remove(String id) {
        return change(script(REMOVE).arg(id));
    }

    private boolean change(Request script) {
        try {
            // Before anything is changed, so that what Redis has lost is written first.
            update();
            Response answer = redis.call(script);
            boolean done = answer != null && Integer.valueOf(1).equals(answer.toInteger());
            refresh();
            if (done) {
                changed.run();
            }
            return done;
        } catch (ConnectionException away) {
            throw Unavailable.cluster("the " + name + " are in Redis, which cannot be reached: " + away.getMessage())
                    .asException();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Unavailable.shuttingDown().asException();
        }
    }

    /** Reads the elements, if they have changed; blocks for some seconds at most. */
    void refresh() {
        try {
            update();
        } catch (ConnectionException away) {
            LOG.debugf("%s not read: reason=%s", name, away.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void update() throws ConnectionException, InterruptedException {
        reading.lock();
        try {
            long known = content.version();
            List<String> answer = RedisLeases.texts(redis.call(script(READ).arg(known)));
            if (answer.equals(List.of("lost"))) {
                restore();
                answer = RedisLeases.texts(redis.call(script(READ).arg(UNKNOWN)));
            }
            if (!answer.isEmpty()) {
                read(answer);
            }
        } finally {
            reading.unlock();
        }
    }

    private void restore() throws ConnectionException, InterruptedException {
        Content<T> known = content;
        Request restore = script(RESTORE)
                .arg(known.version())
                .arg(known.version() + RESTORED)
                .arg(removed.size());
        removed.forEach(restore::arg);
        known.elements().forEach((id, element) -> restore.arg(id).arg(text(element)));
        var _ = redis.call(restore);
        LOG.warnf(
                "Redis has lost the %s; they were written again: number=%d",
                name, known.elements().size());
    }

    private void read(List<String> answer) {
        Set<String> ids = new HashSet<>();
        SortedMap<String, T> elements = new TreeMap<>();
        for (int i = 1; i + 1 < answer.size(); i += 2) {
            ids.add(answer.get(i));
            try {
                elements.put(answer.get(i), json.readValue(answer.get(i + 1), type));
            } catch (JsonProcessingException damaged) {
                LOG.warnf("element of the %s in Redis cannot be read, and is omitted: id=%s", name, answer.get(i));
            }
        }
        removed.addAll(content.elements().keySet());
        removed.removeAll(ids);
        while (removed.size() > REMOVED) {
            var _ = removed.removeFirst();
        }
        content = new Content<>(Long.parseLong(answer.getFirst()), Collections.unmodifiableSortedMap(elements));
    }

    private String text(T element) {
        try {
            return json.writeValueAsString(element);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Request script(String text) {
        return Request.cmd(Command.EVAL).arg(text).arg(2).arg(redis.key(name)).arg(redis.key(name + ":version"));
    }
}
