package io.xg2g.cluster;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.connection.ConnectionException;
import io.xg2g.schedule.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Gateways in one program, whose leases are in memory, and are renewed while the time advances. */
public final class TestCluster {
    private final ManualTime time;
    private final MemoryLeases store;
    private final List<Gateway> gateways = new ArrayList<>();

    /** Creates one without gateways. */
    public TestCluster(ManualTime time) {
        this.time = time;
        this.store = new MemoryLeases(time);
    }

    /** A gateway. */
    public static final class Gateway {
        public final Members members;
        public final Leases leases;
        private final TestMembers known;
        private final Link link;

        private Gateway(String name, MemoryLeases store, ManualTime time) {
            known = new TestMembers(name, time);
            members = known.members;
            link = new Link(store);
            leases = new Leases(true, link, members, time, new SimpleMeterRegistry());
            leases.start();
        }

        /** Returns a lease that is free, or that it has. */
        public Lease acquire(String resource) {
            return ((Ownership.Held) leases.acquire(resource).join()).lease();
        }
    }

    /** Adds a gateway. */
    public Gateway add(String name) {
        Gateway added = new Gateway(name, store, time);
        gateways.add(added);
        know();
        return added;
    }

    /** Cuts a gateway off, which the others know no more. */
    public void cut(Gateway gateway) {
        gateway.link.cut = true;
        gateways.remove(gateway);
        know();
    }

    /** Ends what {@link #cut} has done. */
    public void join(Gateway gateway) {
        gateway.link.cut = false;
        gateways.add(gateway);
        know();
    }

    private void know() {
        List<Member> all = gateways.stream().map(each -> each.members.self()).toList();
        gateways.forEach(each -> each.known.learn(all));
    }

    /** Connection of a gateway to the place of the leases. */
    private static final class Link implements LeaseStore {
        private final LeaseStore store;
        private boolean cut;

        Link(LeaseStore store) {
            this.store = store;
        }

        private <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> request) {
            return cut
                    ? CompletableFuture.failedFuture(
                            new ConnectionException(ConnectionException.Kind.NOT_CONNECTED, "cut off"))
                    : request.get();
        }

        @Override
        public CompletableFuture<Answer> acquire(String resource, Member self) {
            return call(() -> store.acquire(resource, self));
        }

        @Override
        public CompletableFuture<List<Renewed>> renew(List<Renewal> leases, Member self) {
            return call(() -> store.renew(leases, self));
        }

        @Override
        public CompletableFuture<Boolean> release(Renewal lease, Member self) {
            return call(() -> store.release(lease, self));
        }

        @Override
        public CompletableFuture<OptionalLong> latest(String resource) {
            return call(() -> store.latest(resource));
        }

        @Override
        public CompletableFuture<List<Optional<Holder>>> owners(List<String> resources) {
            return call(() -> store.owners(resources));
        }
    }
}
