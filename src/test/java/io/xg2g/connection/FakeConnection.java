package io.xg2g.connection;

import io.xg2g.schedule.TimeSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Connection that is blocked, answered and ended by a test. */
public class FakeConnection implements Session {
    public final CompletableFuture<ConnectionException> ended = new CompletableFuture<>();
    public String blocked;

    private final TimeSource time;
    private long answeredAt;

    public FakeConnection(TimeSource time) {
        this.time = time;
        answeredAt = time.nanoTime();
    }

    /** Counts as an answer of the other side. */
    protected void answered() {
        answeredAt = time.nanoTime();
    }

    @Override
    public CompletableFuture<ConnectionException> ended() {
        return ended;
    }

    @Override
    public Optional<String> blocked() {
        return Optional.ofNullable(blocked);
    }

    @Override
    public long answeredAt() {
        return answeredAt;
    }

    @Override
    public void abort(ConnectionException why) {
        ended.complete(why);
    }

    @Override
    public void close() {
        abort(new ConnectionException(ConnectionException.Kind.NOT_CONNECTED, "closed"));
    }
}
