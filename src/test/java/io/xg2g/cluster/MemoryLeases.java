package io.xg2g.cluster;

import io.xg2g.schedule.ManualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Place of leases in memory, which answers at once. */
final class MemoryLeases implements LeaseStore {
    private record Entry(Holder holder, long until) {}

    private final ManualTime time;
    private final Map<String, Entry> leases = new HashMap<>();
    private final Map<String, Long> latest = new HashMap<>();
    private final Map<String, String> states = new HashMap<>();
    private long fences;

    MemoryLeases(ManualTime time) {
        this.time = time;
    }

    private Optional<Holder> holder(String resource) {
        return Optional.ofNullable(leases.get(resource))
                .filter(entry -> entry.until() - time.nanoTime() > 0)
                .map(Entry::holder);
    }

    private void put(String resource, Holder holder) {
        leases.put(resource, new Entry(holder, time.nanoTime() + Leases.LIFE.toNanos()));
        latest.put(resource, holder.fence());
    }

    @Override
    public CompletableFuture<Answer> acquire(String resource, Member self) {
        Optional<Holder> owner = holder(resource);
        if (owner.isEmpty()) {
            put(resource, new Holder(self.name(), self.run(), ++fences));
        }
        return CompletableFuture.completedFuture(owner.<Answer>map(Answer.Owned::new)
                .orElseGet(() -> new Answer.Granted(fences, states.getOrDefault(resource, ""))));
    }

    @Override
    public CompletableFuture<List<Renewed>> renew(List<Renewal> renewals, Member self) {
        List<Renewed> answers = new ArrayList<>();
        for (Renewal lease : renewals) {
            boolean held = latest.getOrDefault(lease.resource(), 0L) == lease.fence();
            if (held) {
                put(lease.resource(), new Holder(self.name(), self.run(), lease.fence()));
                states.put(lease.resource(), lease.state());
            }
            answers.add(held ? Renewed.HELD : Renewed.LOST);
        }
        return CompletableFuture.completedFuture(answers);
    }

    @Override
    public CompletableFuture<Boolean> release(Renewal lease, Member self) {
        leases.remove(lease.resource());
        states.put(lease.resource(), lease.state());
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<OptionalLong> latest(String resource) {
        return CompletableFuture.completedFuture(OptionalLong.of(latest.getOrDefault(resource, 0L)));
    }

    @Override
    public CompletableFuture<List<Optional<Holder>>> owners(List<String> resources) {
        return CompletableFuture.completedFuture(
                resources.stream().map(this::holder).toList());
    }
}
