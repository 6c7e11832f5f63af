package io.xg2g.cluster;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Leases in Redis ({@link LeaseScripts}). */
final class RedisLeases implements LeaseStore {
    /** Players and their timestamp offsets live less long. */
    private static final Duration STATE_LIFE = Duration.ofDays(7);

    private final SharedRedis redis;

    RedisLeases(SharedRedis redis) {
        this.redis = redis;
    }

    @Override
    public CompletableFuture<Answer> acquire(String resource, Member self) {
        Request script = Request.cmd(Command.EVAL)
                .arg(LeaseScripts.ACQUIRE)
                .arg(3)
                .arg(redis.key("guard"))
                .arg(lease(resource))
                .arg(state(resource))
                .arg(Leases.LIFE.toMillis())
                .arg(holder(self))
                .arg(STATE_LIFE.toSeconds());
        return redis.send(script).thenApply(answer -> {
            List<String> fields = texts(answer);
            return switch (fields.getFirst()) {
                case "granted" -> new Answer.Granted(Long.parseLong(fields.get(1)), fields.get(2));
                case "owned" ->
                    Holder.of(fields.get(1)).<Answer>map(Answer.Owned::new).orElseGet(Answer.Settling::new);
                default -> new Answer.Settling();
            };
        });
    }

    @Override
    public CompletableFuture<List<Renewed>> renew(List<Renewal> leases, Member self) {
        Request script = Request.cmd(Command.EVAL)
                .arg(LeaseScripts.RENEW)
                .arg(1 + 2 * leases.size())
                .arg(redis.key("guard"));
        for (Renewal lease : leases) {
            script.arg(lease(lease.resource())).arg(state(lease.resource()));
        }
        script.arg(Leases.LIFE.toMillis()).arg(holder(self)).arg(STATE_LIFE.toSeconds());
        for (Renewal lease : leases) {
            script.arg(lease.fence()).arg(lease.valid() ? 1 : 0).arg(lease.state());
        }
        return redis.sendReserved(script)
                .thenApply(answer -> texts(answer).stream()
                        .map(each -> switch (each) {
                            case "held" -> Renewed.HELD;
                            case "lost" -> Renewed.LOST;
                            default -> Renewed.UNKNOWN;
                        })
                        .toList());
    }

    @Override
    public CompletableFuture<Boolean> release(Renewal lease, Member self) {
        return redis.sendReserved(Request.cmd(Command.EVAL)
                        .arg(LeaseScripts.RELEASE)
                        .arg(2)
                        .arg(lease(lease.resource()))
                        .arg(state(lease.resource()))
                        .arg(lease.fence() + " " + holder(self))
                        .arg(STATE_LIFE.toSeconds())
                        .arg(lease.state()))
                .thenApply(answer -> answer != null && Integer.valueOf(1).equals(answer.toInteger()));
    }

    @Override
    public CompletableFuture<OptionalLong> latest(String resource) {
        Request script = Request.cmd(Command.EVAL)
                .arg(LeaseScripts.LATEST)
                .arg(2)
                .arg(redis.key("guard"))
                .arg(state(resource))
                .arg(Leases.LIFE.toMillis());
        return redis.send(script)
                .thenApply(answer ->
                        answer == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(answer.toString())));
    }

    @Override
    public CompletableFuture<List<Optional<Holder>>> owners(List<String> resources) {
        if (resources.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Request command = Request.cmd(Command.MGET);
        resources.forEach(resource -> command.arg(lease(resource)));
        return redis.send(command).thenApply(answer -> {
            List<Optional<Holder>> owners = new ArrayList<>();
            Objects.requireNonNull(answer)
                    .forEach(entry -> owners.add(
                            Optional.ofNullable(entry).map(Response::toString).flatMap(Holder::of)));
            return owners;
        });
    }

    /** Returns an answer of texts. */
    static List<String> texts(@Nullable Response answer) {
        List<String> texts = new ArrayList<>();
        Objects.requireNonNull(answer).forEach(each -> texts.add(String.valueOf(each)));
        return texts;
    }

    private String lease(String resource) {
        return redis.key("lease:" + resource);
    }

    private String state(String resource) {
        return redis.key("state:" + resource);
    }

    private static String holder(Member self) {
        return self.name() + " " + self.run();
    }
}
