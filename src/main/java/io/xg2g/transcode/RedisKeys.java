package io.xg2g.transcode;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.xg2g.cluster.SharedRedis;
import io.xg2g.connection.ConnectionException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Entries in the Redis of the cluster. */
final class RedisKeys implements SharedKeys {
    private static final String SCRIPT = """
            local text = redis.call('GET', KEYS[1])
            if text and text ~= ARGV[1] then return text end
            if ARGV[2] == '' then
              redis.call('DEL', KEYS[1])
            else
              redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
            end
            return false""";

    private final SharedRedis redis;

    RedisKeys(SharedRedis redis) {
        this.redis = redis;
    }

    @Override
    public Optional<String> replace(String name, String expected, String text, Duration life)
            throws ConnectionException, InterruptedException {
        @Nullable Response other = redis.call(Request.cmd(Command.EVAL)
                .arg(SCRIPT)
                .arg(1)
                .arg(redis.key(name))
                .arg(expected)
                .arg(text)
                .arg(life.toMillis()));
        return Optional.ofNullable(other).map(Response::toString);
    }
}
