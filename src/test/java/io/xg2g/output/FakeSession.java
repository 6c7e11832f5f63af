package io.xg2g.output;

import io.xg2g.schedule.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Connection whose answers a test gives. */
final class FakeSession implements BrokerSession {
    final List<Publication> published = new ArrayList<>();
    final List<CompletableFuture<Void>> unanswered = new ArrayList<>();
    final CompletableFuture<OutputException> ended = new CompletableFuture<>();
    String blocked;

    private final TimeSource time;
    private long answeredAt;

    FakeSession(TimeSource time) {
        this.time = time;
        answeredAt = time.nanoTime();
    }

    @Override
    public void publish(Publication publication, CompletableFuture<Void> result) throws OutputException {
        if (blocked != null) {
            throw new OutputException(OutputException.Kind.BLOCKED, blocked);
        }
        published.add(publication);
        unanswered.add(result);
    }

    /** Accepts everything that was sent. */
    void acceptAll() {
        answeredAt = time.nanoTime();
        List.copyOf(unanswered).forEach(result -> result.complete(null));
        unanswered.clear();
    }

    @Override
    public CompletableFuture<OutputException> ended() {
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
    public void abort(OutputException why) {
        ended.complete(why);
    }

    @Override
    public void close() {
        abort(new OutputException(OutputException.Kind.NOT_CONNECTED, "closed"));
    }
}
