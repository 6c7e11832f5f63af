package io.xg2g.connection;

import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.function.DoubleSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Connection that is established again whenever it ends, with exponential backoff and jitter: by default after half a second at
 * most, then after twice as long each time, up to half a minute. A connection that ends within {@link #LASTING} is a failure like the
 * others: a server that accepts connections and ends them at once is not asked twice a second.
 *
 * <p>Nothing is connected before {@link #start}. Thread-safe; uses one virtual thread.
 *
 * @param <S> kind of connection
 */
public final class ConnectionKeeper<S extends Session> {
    private static final Logger LOG = Logger.getLogger(ConnectionKeeper.class);
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration LASTING = Duration.ofSeconds(5);

    /** Establishes connections. */
    public interface Connector<S> {
        /** Blocks until there is a connection or a failure, for a bounded time. */
        S connect() throws ConnectionException, InterruptedException;
    }

    /**
     * State of the connection.
     *
     * @param connected whether there is one
     * @param reason why there is none, or why it accepts nothing at present; {@code null} if all is well
     * @param since beginning of the state
     */
    public record State(boolean connected, @Nullable String reason, Instant since) {
        /** Returns whether deliveries are accepted. */
        public boolean accepts() {
            return connected && reason == null;
        }
    }

    private final String name;
    private final Connector<S> connector;
    private final TimeSource time;
    private final Backoff backoff;
    private final Thread thread;

    private volatile @Nullable S session;
    private volatile State state;
    private volatile boolean closed;
    private volatile Runnable connected = () -> {};

    /**
     * Creates one.
     *
     * @param name of the server, for the log, without credentials
     * @param random returns values from 0 to 1
     */
    public ConnectionKeeper(String name, Connector<S> connector, TimeSource time, DoubleSupplier random) {
        this(name, connector, time, new Backoff(FIRST, LONGEST, random));
    }

    /**
     * Creates one.
     *
     * @param name of the server, for the log, without credentials
     * @param backoff between two attempts
     */
    public ConnectionKeeper(String name, Connector<S> connector, TimeSource time, Backoff backoff) {
        this.name = name;
        this.connector = connector;
        this.time = time;
        this.backoff = backoff;
        state = new State(false, "not connected yet", time.instant());
        thread = Thread.ofVirtual().name("connection-" + name).unstarted(this::run);
    }

    /**
     * Begins to connect.
     *
     * @param whenConnected called after each connection was established; must not block
     */
    public void start(Runnable whenConnected) {
        connected = whenConnected;
        thread.start();
    }

    /**
     * Returns the connection.
     *
     * @throws ConnectionException if there is none
     */
    public S session() throws ConnectionException {
        S current = session;
        if (current == null) {
            throw new ConnectionException(
                    ConnectionException.Kind.NOT_CONNECTED, name + " is not connected: " + state.reason());
        }
        return current;
    }

    /** Returns the state. */
    public State state() {
        State current = state;
        S connection = session;
        return connection == null
                ? current
                : connection
                        .blocked()
                        .map(reason -> new State(true, "accepts nothing: " + reason, current.since()))
                        .orElse(current);
    }

    /**
     * A delivery that began at a time was not answered before its deadline. If nothing else was answered since, the connection
     * is taken as broken, and ended; not if the other side has said that it accepts nothing.
     */
    public void unanswered(S connection, long began) {
        if (connection.answeredAt() - began < 0 && connection.blocked().isEmpty()) {
            connection.abort(new ConnectionException(
                    ConnectionException.Kind.CONNECTION_LOST, name + " did not answer before the deadline"));
        }
    }

    /** Ends the connection, and does not connect again. */
    public void close() {
        closed = true;
        S current = session;
        if (current != null) {
            current.close();
        }
        thread.interrupt();
    }

    /** Connects again and again until it is closed, on the keeper's own thread. */
    void run() {
        int failures = 0;
        try {
            while (!closed) {
                ConnectionException why;
                try {
                    S established = connector.connect();
                    long since = time.nanoTime();
                    why = use(established);
                    if (time.nanoTime() - since >= LASTING.toNanos()) {
                        failures = 0;
                    }
                } catch (ConnectionException failed) {
                    why = failed;
                } catch (RuntimeException bug) {
                    // Without this thread there would never be a connection again.
                    LOG.errorf(bug, "connection failed unexpectedly: server=%s", name);
                    why = new ConnectionException(
                            ConnectionException.Kind.NOT_CONNECTED, "unexpected error; the log has the details");
                }
                if (!closed) {
                    failed(why);
                    time.sleep(backoff.after(++failures));
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            session = null;
        }
    }

    private ConnectionException use(S established) throws InterruptedException {
        state = new State(true, null, time.instant());
        session = established;
        LOG.infof("connected: server=%s", name);
        try {
            if (closed) {
                return ConnectionException.programEnds();
            }
            connected.run();
            return established.ended().get();
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        } finally {
            session = null;
            established.abort(ConnectionException.programEnds());
        }
    }

    private void failed(ConnectionException why) {
        String reason = String.valueOf(why.getMessage());
        State before = state;
        if (before.connected() || !reason.equals(before.reason())) {
            LOG.warnf("not connected: server=%s, reason=%s", name, reason);
        }
        state = new State(false, reason, before.connected() ? time.instant() : before.since());
    }
}
