package io.xg2g.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.xg2g.connection.ConnectionException;
import io.xg2g.problem.ProblemType;
import io.xg2g.storage.StoredMap;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Elements in a hash of Redis, as JSON by id, with a number that changes with each change. What was read last is kept while Redis is
 * away, and is written again if Redis has lost it.
 *
 * @param <T> type of the elements
 */
final class SharedMap<T> implements StoredMap<T> {
    private static final Logger LOG = Logger.getLogger(SharedMap.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** KEYS[1]: hash, KEYS[2]: version; ARGV[1]: version that is known, or empty. Returns nothing if that is the current one. */
    private static final String READ = """
            local version = redis.call('GET', KEYS[2])
            if not version and ARGV[1] == '' then
              version = redis.call('INCR', KEYS[2])
            end
            if not version then
              return {'lost'}
            end
            if version == ARGV[1] then
              return {}
            end
            local answer = redis.call('HGETALL', KEYS[1])
            table.insert(answer, 1, tostring(version))
            return answer
            """;

    /** KEYS as READ; ARGV[1]: version that was known, then ids and elements. */
    private static final String RESTORE = """
            if redis.call('EXISTS', KEYS[2]) == 1 then
              return 0
            end
            for i = 2, #ARGV, 2 do
              redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
            end
            redis.call('SET', KEYS[2], ARGV[1])
            return redis.call('INCR', KEYS[2])
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

    /** What was read. */
    private record Content<T>(String version, Map<String, T> elements) {}

    private final SharedRedis redis;
    private final String name;
    private final ObjectMapper json;
    private final Class<T> type;

    /** Held while the elements are read. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile Content<T> content = new Content<>("", Map.of());

    /** @param name of the elements: beginning of the keys, and for messages */
    SharedMap(SharedRedis redis, String name, ObjectMapper json, Class<T> type) {
        this.redis = redis;
        this.name = name;
        this.json = json;
        this.type = type;
    }

    @Override
    public Map<String, T> all() {
        return content.elements();
    }

    @Override
    public Optional<String> unavailable() {
        return content.version().isEmpty()
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
        // Before anything is changed, so that what Redis has lost is written first.
        refresh();
        try {
            Response answer = redis.call(script);
            boolean changed = answer != null && answer.toInteger() == 1;
            refresh();
            return changed;
        } catch (ConnectionException away) {
            throw ProblemType.CLUSTER_UNAVAILABLE
                    .with("the " + name + " cannot be changed: " + away.getMessage())
                    .retryAfter(RETRY_AFTER)
                    .asException();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw ProblemType.SHUTTING_DOWN.with("the service is shutting down").asException();
        }
    }

    /** Reads the elements, if they have changed; blocks for some seconds at most. */
    void refresh() {
        reading.lock();
        try {
            Content<T> known = content;
            List<String> answer = RedisLeases.texts(redis.call(script(READ).arg(known.version())));
            if (answer.equals(List.of("lost"))) {
                Request restore = script(RESTORE).arg(known.version());
                known.elements().forEach((id, element) -> restore.arg(id).arg(text(element)));
                var _ = redis.call(restore);
                LOG.warnf(
                        "Redis has lost the %s; they were written again: number=%d",
                        name, known.elements().size());
                answer = RedisLeases.texts(redis.call(script(READ).arg("")));
            }
            if (!answer.isEmpty()) {
                content = read(answer);
            }
        } catch (ConnectionException away) {
            LOG.debugf("%s not read: reason=%s", name, away.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            reading.unlock();
        }
    }

    private Content<T> read(List<String> answer) {
        SortedMap<String, T> elements = new TreeMap<>();
        for (int i = 1; i + 1 < answer.size(); i += 2) {
            try {
                elements.put(answer.get(i), json.readValue(answer.get(i + 1), type));
            } catch (JsonProcessingException damaged) {
                LOG.warnf("element of the %s in Redis cannot be read, and is omitted: id=%s", name, answer.get(i));
            }
        }
        return new Content<>(answer.getFirst(), Collections.unmodifiableSortedMap(elements));
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
