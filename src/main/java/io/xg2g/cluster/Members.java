package io.xg2g.cluster;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.xg2g.connection.ConnectionException;
import io.xg2g.schedule.TimeSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;

/**
 * The gateways of the cluster. Each announces itself in Redis once a second, for {@link Leases#LIFE}, and learns who the others are.
 * What was known last is kept while Redis is away. Thread-safe; nothing blocks.
 */
@Singleton
public class Members {
    private static final Logger LOG = Logger.getLogger(Members.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** Priority of the observers of start and shutdown: behind those that open the port, and stop channels and cameras. */
    private static final int LATE = Integer.MAX_VALUE - 10;

    private final SharedRedis redis;
    private final TimeSource time;
    private final Optional<Member> own;
    private final Signatures signatures;
    private final IntSupplier port;
    private final String run = UUID.randomUUID().toString().replace("-", "");
    private volatile SortedMap<String, Member> gateways = new TreeMap<>();
    private volatile boolean announced;
    private volatile boolean left;

    @Inject
    Members(
            ClusterSettings settings,
            SharedRedis redis,
            Signatures signatures,
            InnerServer server,
            MeterRegistry registry) {
        this(
                redis.isUsed() ? settings.shared() : Optional.empty(),
                redis,
                signatures,
                server::port,
                TimeSource.SYSTEM,
                registry);
    }

    /**
     * Creates one.
     *
     * @param settings empty for a program that is no gateway
     * @param port returns that of this gateway for the others
     */
    Members(
            Optional<ClusterSettings.Shared> settings,
            SharedRedis redis,
            Signatures signatures,
            IntSupplier port,
            TimeSource time,
            MeterRegistry registry) {
        this.redis = redis;
        this.signatures = signatures;
        this.port = port;
        this.time = time;
        own = settings.map(shared -> new Member(shared.name(), shared.address(), shared.port(), run));
        if (own.isPresent()) {
            Gauge.builder("xg2g.cluster.members", () -> gateways.size())
                    .tag("role", "gateway")
                    .description("Members of the cluster that this one knows")
                    .register(registry);
        }
    }

    /** Behind the opening of the port. */
    void begin(@Observes @Priority(LATE) StartupEvent event) {
        start();
    }

    /** Connects, and announces this program, if it is a gateway. */
    void start() {
        if (own.isPresent()) {
            redis.start();
            redis.onConnected(this::announce);
            TimeSource.repeat(time, PERIOD, "gateway not announced", this::announce);
        }
    }

    /**
     * Returns this gateway.
     *
     * @throws IllegalStateException if this program is no gateway of a cluster
     */
    public Member self() {
        return own.orElseThrow(() -> new IllegalStateException("this program (xg2g.role) is no gateway"));
    }

    /** Returns all gateways by name, this one included; empty if this program is no gateway. */
    public List<Member> gateways() {
        return List.copyOf(gateways.values());
    }

    /** Returns the gateway of a name, if it is there. */
    public Optional<Member> find(String name) {
        return Optional.ofNullable(gateways.get(name));
    }

    /** Returns why Redis is away; empty if it is connected, or this program is no gateway. */
    public Optional<String> unavailable() {
        return redis.state().filter(state -> !state.accepts()).map(state -> "Redis: " + state.reason());
    }

    /** Announces this gateway, and learns who the others are. */
    void announce() {
        if (left) {
            return;
        }
        Request script = Request.cmd(Command.EVAL)
                .arg(LeaseScripts.ANNOUNCE)
                .arg(3)
                .arg(redis.key("guard"))
                .arg(entryKey())
                .arg(redis.key("members"))
                .arg(Leases.LIFE.toMillis())
                .arg(self().name())
                .arg(entry())
                .arg(redis.key("member:"));
        var _ = redis.sendReserved(script).thenApply(RedisLeases::texts).handle((answer, failure) -> {
            if (failure == null) {
                learn(answer);
            } else {
                ConnectionException why = SharedRedis.failure(failure);
                LOG.debugf("gateway not announced: reason=%s", why.getMessage());
            }
            return true;
        });
    }

    private String entryKey() {
        return redis.key("member:" + self().name());
    }

    /** The port is another one than that of the settings if that is 0. */
    private String entry() {
        Member known = self();
        return new Member(known.name(), known.host(), port.getAsInt(), run).entry(signatures);
    }

    void learn(List<String> answer) {
        SortedMap<String, Member> known = new TreeMap<>();
        List<String> refused = new ArrayList<>();
        for (int i = 1; i + 1 < answer.size(); i += 2) {
            String name = answer.get(i);
            Member.of(name, answer.get(i + 1), signatures)
                    .ifPresentOrElse(member -> known.put(name, member), () -> refused.add(name));
        }
        Optional<Member> before = Member.of(self().name(), answer.getFirst(), signatures);
        if (announced && before.isPresent() && !before.get().run().equals(run)) {
            LOG.errorf(
                    "another gateway has the same name (xg2g.cluster.name): name=%s, host=%s",
                    self().name(), before.get().host());
        }
        if (!known.keySet().equals(gateways.keySet())) {
            LOG.infof("gateways of the cluster: %s", String.join(", ", known.keySet()));
        }
        if (!refused.isEmpty()) {
            LOG.warnf("entries with a wrong signature (xg2g.cluster.secret) ignored: gateways=%s", refused);
        }
        announced = true;
        gateways = known;
    }

    /** Tells the others that this gateway has gone. */
    void stop(@Observes @Priority(LATE) ShutdownEvent event) {
        if (own.isPresent()) {
            left = true;
            var _ = redis.sendReserved(Request.cmd(Command.EVAL)
                            .arg(LeaseScripts.LEAVE)
                            .arg(2)
                            .arg(entryKey())
                            .arg(redis.key("members"))
                            .arg(self().name())
                            .arg(entry()))
                    .handle((_, _) -> true)
                    .join();
        }
    }
}
