package io.xg2g.output;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.xg2g.camera.Frame;
import io.xg2g.camera.FrameOutput;
import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.connection.RedisConnector;
import io.xg2g.connection.RedisSession;
import io.xg2g.schedule.TimeSource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Frames in Redis, each under {@code <vhost>:<prefix>:<camera>:<unix time in ns>:<sequence>}, and the key of each camera's latest frame
 * under {@code <vhost>:<prefix>:<camera>:latest}; both with a time to live. A stored frame is announced to the broker, if there is one.
 *
 * <p>Does nothing without a URL. Thread-safe.
 */
@Singleton
class RedisOutput implements FrameOutput {
    static final String NAME = "redis";

    private static final Logger LOG = Logger.getLogger(RedisOutput.class);

    /** From a connection to the first measurement of the frames. */
    private static final Duration FIRST_CHECK = Duration.ofSeconds(10);

    /** Parts that exist where there is a server. */
    private record Parts(
            OutputSettings.Redis redis, ConnectionKeeper<RedisSession> keeper, Deliveries<RedisSession> deliveries) {}

    private final Optional<Parts> parts;
    private final Broker broker;
    private final Duration timeout;
    private final TimeSource time;
    private final FrameLoad load;
    private final Optional<RedisMemory> memory;

    private volatile RedisMemory.@Nullable Server server;
    private volatile long needed;

    @Inject
    RedisOutput(OutputSettings settings, Broker broker, Vertx vertx, MeterRegistry registry) {
        this(settings, broker, vertx, registry, TimeSource.SYSTEM);
    }

    RedisOutput(OutputSettings settings, Broker broker, Vertx vertx, MeterRegistry registry, TimeSource time) {
        this.broker = broker;
        this.time = time;
        timeout = settings.timeout();
        load = new FrameLoad(time::nanoTime);
        memory = settings.redis().map(redis -> new RedisMemory(redis.ttl()));
        parts = settings.redis().map(redis -> {
            ConnectionKeeper<RedisSession> keeper = new ConnectionKeeper<>(
                    NAME + " " + redis.endpoint(),
                    new RedisConnector(vertx, settings.connection(redis.endpoint()), time),
                    time,
                    () -> ThreadLocalRandom.current().nextDouble());
            return new Parts(redis, keeper, new Deliveries<>(NAME, keeper, settings, time, registry));
        });
        parts.ifPresent(known -> observe(known, registry));
    }

    private void observe(Parts known, MeterRegistry registry) {
        OutputMetrics.observeConnection(registry, NAME, known.keeper()::state);
        Gauge.builder("xg2g.camera.redis.needed.bytes", () -> needed)
                .description("Memory that Redis needs for the frames of one time to live, as measured")
                .register(registry);
        Gauge.builder("xg2g.camera.redis.limit.bytes", this::limit)
                .description("Memory that Redis may use (maxmemory), or that its machine has; NaN if unknown")
                .register(registry);
    }

    private double limit() {
        RedisMemory.Server known = server;
        return known == null || known.limit().isEmpty()
                ? Double.NaN
                : known.limit().getAsLong();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean enabled() {
        return parts.isPresent();
    }

    /** Begins to connect, if there is a server. */
    void start() {
        parts.ifPresent(known -> known.keeper().start(this::connected));
    }

    private void connected() {
        var _ = time.schedule(Duration.ZERO, this::check);
        var _ = time.schedule(FIRST_CHECK, this::check);
    }

    @Override
    public CompletionStage<Void> deliver(Frame frame) {
        Parts known = parts.orElseThrow(() -> new IllegalStateException("xg2g.camera-outputs.redis.url is missing"));
        load.add(frame);
        String camera = known.redis().prefix() + frame.camera();
        String key = camera + ":" + PublicationFactory.nanos(frame.arrived()) + ":" + frame.sequence();
        CompletableFuture<Void> stored = known.deliveries()
                .begin((session, result) -> session.send(commands(known.redis().ttl(), camera, key, frame), result));
        PublicationFactory.Stored where =
                new PublicationFactory.Stored(key, known.redis().ttl());
        return stored.thenRun(() -> announce(frame, where));
    }

    private void announce(Frame frame, PublicationFactory.Stored where) {
        var _ = broker.announce(frame, Optional.of(where));
    }

    private static List<Request> commands(Duration ttl, String camera, String key, Frame frame) {
        Buffer jpeg = Buffer.buffer(PublicationFactory.bytes(frame.jpeg()));
        return List.of(
                Request.cmd(Command.SET).arg(key).arg(jpeg).arg("PX").arg(ttl.toMillis()),
                Request.cmd(Command.SET)
                        .arg(camera + ":latest")
                        .arg(key)
                        .arg("PX")
                        .arg(ttl.toMillis()));
    }

    /** Compares the memory of the server, if there is one, with what the frames need. Blocks for the answer. */
    synchronized void check() {
        if (parts.isEmpty() || memory.isEmpty()) {
            return;
        }
        try {
            Response info = parts.get()
                    .keeper()
                    .session()
                    .call(Request.cmd(Command.INFO).arg("memory"), timeout);
            RedisMemory.Server answer = RedisMemory.Server.of(String.valueOf(info));
            server = answer;
            Optional<RedisMemory.Load> measured = load.measured();
            measured.ifPresent(
                    known -> needed = known.needed(parts.get().redis().ttl()));
            memory.get().judge(answer, measured).forEach(report -> {
                if (report.warning()) {
                    LOG.warn(report.text());
                } else {
                    LOG.info(report.text());
                }
            });
        } catch (ConnectionException notNow) {
            LOG.debugf("memory of Redis not read: reason=%s", notNow.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the state of the connection; empty if there is no server. */
    Optional<ConnectionKeeper.State> state() {
        return parts.map(known -> known.keeper().state());
    }

    /** Returns what is known of the server's memory, as text. */
    Optional<String> memory() {
        RedisMemory.Server known = server;
        return Optional.ofNullable(known).map(answer -> "needed=" + needed + ", " + answer);
    }

    void close() {
        parts.ifPresent(known -> known.keeper().close());
    }
}
