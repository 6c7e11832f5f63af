package io.xg2g.connection;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.List;

/** Connects to Redis: a client with one connection for each attempt, so that what hangs of the last one is closed with it. */
public final class RedisConnector implements ConnectionKeeper.Connector<RedisSession> {
    /** Commands beside those of the calls in flight: INFO, and those while connecting. */
    private static final int OTHERS = 8;

    /** A half-open connection is closed after this time, if writing what is left to it hangs. */
    private static final int IDLE_SECONDS = 150;

    private final Vertx vertx;
    private final ConnectionSettings settings;
    private final TimeSource time;

    /** Creates one. The path of the endpoint is the number of the database, or empty. */
    public RedisConnector(Vertx vertx, ConnectionSettings settings, TimeSource time) {
        this.vertx = vertx;
        this.settings = settings;
        this.time = time;
    }

    @Override
    public RedisSession connect() throws ConnectionException, InterruptedException {
        Duration timeout = settings.timeout();
        Redis client = Redis.createClient(vertx, options());
        try {
            RedisConnection connection =
                    RedisSession.await(client.connect().toCompletionStage().toCompletableFuture(), timeout);
            RedisSession session = new RedisSession(client, connection, settings.inFlight(), time);
            logIn(session, timeout);
            return session;
        } catch (ConnectionException | InterruptedException | RuntimeException failed) {
            client.close();
            throw failed;
        }
    }

    private void logIn(RedisSession session, Duration timeout) throws ConnectionException, InterruptedException {
        Endpoint endpoint = settings.endpoint();
        if (endpoint.password().isPresent()) {
            Request auth = Request.cmd(Command.AUTH);
            endpoint.username().ifPresent(auth::arg);
            session.call(auth.arg(endpoint.password().get()), timeout);
        }
        session.call(Request.cmd(Command.SELECT).arg(endpoint.path().isEmpty() ? "0" : endpoint.path()), timeout);
    }

    private RedisOptions options() {
        Endpoint endpoint = settings.endpoint();
        NetClientOptions net = new NetClientOptions();
        net.setConnectTimeout((int) settings.timeout().toMillis())
                .setTcpNoDelay(true)
                .setIdleTimeout(IDLE_SECONDS);
        if (endpoint.tls()) {
            net.setHostnameVerificationAlgorithm("HTTPS");
            settings.trust().ifPresent(authorities -> net.setTrustOptions(TrustOptions.wrap(authorities)));
        }
        return new RedisOptions()
                .setEndpoints(List.of((endpoint.tls() ? "rediss://" : "redis://") + endpoint))
                .setProtocolNegotiation(false)
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                // At most two commands for each call.
                .setMaxWaitingHandlers(2 * settings.inFlight() + RedisSession.RESERVED + OTHERS)
                .setNetClientOptions(net);
    }
}
