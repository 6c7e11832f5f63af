package io.xg2g.cluster;

import io.xg2g.connection.ConnectionException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Place of leases whose answers a test gives. */
final class FakeLeaseStore implements LeaseStore {
    /** A renewal that was sent. */
    record Sent(List<Renewal> leases, CompletableFuture<List<Renewed>> result) {
        void answer(Renewed answer) {
            result.complete(Collections.nCopies(leases.size(), answer));
        }
    }

    final List<CompletableFuture<Answer>> acquisitions = new ArrayList<>();
    final List<Sent> renewals = new ArrayList<>();
    final List<Renewal> released = new ArrayList<>();
    Optional<Holder> owner = Optional.empty();
    int questions;
    boolean away;

    void answerAll(Renewed answer) {
        List.copyOf(renewals)
                .forEach(sent ->
                        sent.result().complete(Collections.nCopies(sent.leases().size(), answer)));
        renewals.clear();
    }

    @Override
    public CompletableFuture<Answer> acquire(String resource, Member self) {
        CompletableFuture<Answer> result = new CompletableFuture<>();
        acquisitions.add(result);
        return result;
    }

    @Override
    public CompletableFuture<List<Renewed>> renew(List<Renewal> leases, Member self) {
        CompletableFuture<List<Renewed>> result = new CompletableFuture<>();
        renewals.add(new Sent(leases, result));
        return result;
    }

    @Override
    public CompletableFuture<Boolean> release(Renewal lease, Member self) {
        released.add(lease);
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<OptionalLong> latest(String resource) {
        throw new AssertionError("not asked");
    }

    @Override
    public CompletableFuture<List<Optional<Holder>>> owners(List<String> resources) {
        questions++;
        if (away) {
            return CompletableFuture.failedFuture(
                    new ConnectionException(ConnectionException.Kind.NOT_CONNECTED, "not connected"));
        }
        return CompletableFuture.completedFuture(Collections.nCopies(resources.size(), owner));
    }
}
