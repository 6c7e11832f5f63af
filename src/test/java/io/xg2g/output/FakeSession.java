package io.xg2g.output;

import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.FakeConnection;
import io.xg2g.schedule.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Connection to a broker whose answers a test gives. */
final class FakeSession extends FakeConnection implements BrokerSession {
    final List<Publication> published = new ArrayList<>();
    final List<CompletableFuture<Void>> unanswered = new ArrayList<>();

    FakeSession(TimeSource time) {
        super(time);
    }

    @Override
    public void publish(Publication publication, CompletableFuture<Void> result) throws ConnectionException {
        if (blocked != null) {
            throw new ConnectionException(ConnectionException.Kind.BLOCKED, blocked);
        }
        published.add(publication);
        unanswered.add(result);
    }

    /** Accepts everything that was sent. */
    void acceptAll() {
        answered();
        List.copyOf(unanswered).forEach(result -> result.complete(null));
        unanswered.clear();
    }
}
