package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xg2g.queue.SimulatedDisk.Fault;
import io.xg2g.queue.SimulatedDisk.Operation;
import io.xg2g.random.RandomInput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Random operations on a queue whose disk loses power, fails, or is full, and whose process is killed. */
final class CrashSchedule {
    /** The process ends at an operation of the disk. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private final RandomInput random;
    private final Random cuts;
    private final Durability durability;
    private final SimulatedDisk disk;
    private final QueueOptions options;
    private final Reports reports = new Reports();
    private final Ledger ledger = new Ledger();
    private final List<Delivery<byte[]>> taken = new ArrayList<>();
    private HybridQueue<byte[]> queue;

    /** Syncs beside the threads that write which have not run, where they are held back. */
    private final Deque<Runnable> beside = new ArrayDeque<>();

    /** Whether one of them runs: records may have been appended, and not written, since it was begun. */
    private boolean runsBeside;

    private boolean full;
    private boolean cutting;
    private boolean killed;

    /** Call of the disk at which the process ends, or that fails; 0 for none. */
    private int killAt;

    private int failAt;
    private Fault fault = Fault.NONE;

    /** Whether the call that failed was a sync, but for that of a file without records, which is deleted then. */
    private boolean syncFailed;

    CrashSchedule(RandomInput random, Durability durability) throws IOException {
        this.random = random;
        this.durability = durability;
        cuts = new Random(random.anyLong());
        disk = new SimulatedDisk(random.anyLong(), random.of(512, 4096));
        options = QueueOptions.named("crash")
                .with(new QueueOptions.Bounds(2, 1_000, 10_000))
                .with(new QueueOptions.Memory(random.of(1, 5, 100), 20_000, 0.8, Overflow.OLDEST))
                .with(new QueueOptions.Storage(
                        Path.of("simulated"), durability, Duration.ofSeconds(1), 1 << 22, 1 << 12, random.chance(0.3)))
                .with(new ManualClock())
                .with(new QueueListener() {
                    @Override
                    public void synced(long nanos) {
                        if (durability == Durability.ASYNC && !runsBeside) {
                            ledger.synced();
                        }
                    }

                    @Override
                    public void damaged(Damage damage) {
                        reports.damaged(damage);
                    }
                });
        disk.watch(this::before);
        if (random.chance(0.5)) {
            disk.holdBeside(beside::add);
        }
        queue = new HybridQueue<>(options, Serializer.BYTES, disk, false);
    }

    private HybridQueue<byte[]> openAfterCut(SimulatedDisk left) throws IOException {
        return new HybridQueue<>(options.with(reports), Serializer.BYTES, left, false);
    }

    private Fault before(int call, Operation operation, String file) {
        if (killed || call == killAt) {
            killed = true;
            throw new Killed();
        }
        if (cutting) {
            cutPower();
        }
        if (call == failAt) {
            boolean isBegun = operation == Operation.SYNC
                    && durability != Durability.NONE
                    && disk.content(file).length == SegmentHeader.BYTES;
            // Without durability, the directory is synced only where the caller asks for it.
            boolean isSync = (operation == Operation.SYNC && !isBegun)
                    || (operation == Operation.SYNC_DIRECTORY && durability == Durability.NONE);
            syncFailed = isSync && fault != Fault.ENOSPC;
            return fault;
        }
        return Fault.NONE;
    }

    /** Cuts power at each call of the disk. */
    void runWithPowerCuts(int operations) throws IOException {
        cutting = true;
        run(operations);
    }

    /** Kills the process at each of some calls, and cuts power at those after the restart. */
    void runWithKills(int operations) throws IOException {
        for (int i = 0; i < operations; i++) {
            killAt = disk.calls() + random.between(1, 40);
            try {
                run(10);
            } catch (Killed end) {
                // As was to be.
            }
            killAt = 0;
            killed = false;
            beside.clear();
            cutting = durability != Durability.NONE;
            reopen(durability == Durability.NONE ? ledger.withoutPromises() : ledger);
            run(3);
            cutting = false;
        }
    }

    /** Lets one call of the disk fail. */
    void runWithFault(Fault kind, int call, int operations) throws IOException {
        fault = kind;
        failAt = call;
        run(operations);
        failAt = 0;
        if (syncFailed) {
            checkRefusal();
        } else {
            queue.maintain();
            add();
        }
        cutPower();
        boolean closed = close();
        reopen(durability == Durability.NONE && !closed ? ledger.withoutPromises() : ledger);
    }

    /** The disk is full for some operations. */
    void runOnFullDisk(int operations) throws IOException {
        run(operations);
        disk.capacity(disk.usedBytes() + random.between(0, 3_000));
        full = true;
        run(operations);
        disk.capacity(Long.MAX_VALUE);
        queue.maintain();
        add();
        cutPower();
        assertThat(close()).isTrue();
        reopen(ledger);
    }

    private void run(int operations) throws IOException {
        for (int i = 0; i < operations; i++) {
            if (!beside.isEmpty() && random.chance(0.3)) {
                runBeside();
            }
            operation();
        }
    }

    private void runBeside() {
        runsBeside = true;
        try {
            beside.removeFirst().run();
        } finally {
            runsBeside = false;
        }
    }

    private void operation() throws IOException {
        try {
            switch (random.between(0, 15)) {
                case 0, 1, 2, 3, 4 -> add();
                case 5, 6 -> taken.addAll(queue.poll(random.of(1, 5)));
                case 7, 8, 9 -> acknowledge(random.of(1, 1, 100));
                case 10 -> putBack();
                case 11, 12 -> queue.maintain();
                case 13 -> queue.flushToDisk(random.between(1, 5));
                case 14 -> sometimes();
                default -> queue.sync();
            }
        } catch (QueueException expected) {
            assertThat(failAt > 0 || full).as("%s", expected).isTrue();
        } catch (IOException expected) {
            assertThat(failAt).as("%s", expected).isPositive();
        }
    }

    private void sometimes() throws IOException {
        if (random.chance(0.5)) {
            queue.compact();
        } else if (failAt == 0 && !full) {
            assertThat(close()).isTrue();
            reopen(ledger);
        }
    }

    private void add() {
        int level = random.between(0, 1);
        byte[] payload = ledger.begin(level, random.between(0, random.of(50, 50, 1_000, 9_000)));
        queue.add(payload, level);
        ledger.added(payload);
        returned();
    }

    private void acknowledge(int most) {
        List<Delivery<byte[]>> some = List.copyOf(taken.subList(0, Math.min(most, taken.size())));
        some.forEach(delivery -> ledger.ending(delivery.item()));
        queue.acknowledge(some);
        some.forEach(delivery -> ledger.ended(delivery.item()));
        taken.removeAll(some);
        returned();
    }

    private void returned() {
        if (durability == Durability.SYNC) {
            ledger.synced();
        }
    }

    private void putBack() {
        if (!taken.isEmpty()) {
            taken.remove(random.between(0, taken.size() - 1)).putBack();
        }
    }

    private boolean close() {
        try {
            queue.close();
            if (!syncFailed) {
                ledger.synced();
            }
            return true;
        } catch (IOException | QueueException failed) {
            assertThat(failAt > 0 || syncFailed).as("%s", failed).isTrue();
            return false;
        }
    }

    private void reopen(Ledger promises) throws IOException {
        queue = new HybridQueue<>(options, Serializer.BYTES, disk, false);
        List<Delivery<byte[]>> found = promises.check(queue);
        ledger.rebase(found);
        taken.clear();
        found.forEach(Delivery::putBack);
    }

    private void checkRefusal() {
        List<Runnable> uses = List.of(
                () -> queue.add(new byte[8]),
                queue::poll,
                queue::peek,
                queue::sync,
                () -> queue.acknowledge(taken),
                () -> queue.acknowledge(List.of()));
        for (Runnable use : uses) {
            assertThatExceptionOfType(QueueException.Failed.class)
                    .isThrownBy(use::run)
                    .withMessageContaining("refuses work until it is opened again");
        }
        taken.forEach(delivery ->
                assertThatExceptionOfType(QueueException.Failed.class).isThrownBy(delivery::putBack));
    }

    /** Opens the queue on what a power cut would leave now, uses it, and cuts power once more. */
    private void cutPower() {
        try {
            SimulatedDisk left = disk.cut(cuts);
            boolean promised = durability != Durability.NONE;
            Ledger promises = promised ? ledger : ledger.withoutPromises();
            HybridQueue<byte[]> after = openAfterCut(left);
            List<Delivery<byte[]>> found = promises.check(after);
            if (promised) {
                assertThat(after.recovery().damage())
                        .allMatch(damage -> damage.what().matches("bytes that are no record|payload of item \\d+"));
                assertThat(reports.damage).isEmpty();
            }
            if (promised && cuts.nextInt(8) == 0) {
                after.acknowledge(found.subList(0, found.size() / 2));
                after.add(new byte[8]);
                SimulatedDisk again = left.cut(cuts);
                try (HybridQueue<byte[]> last = openAfterCut(again)) {
                    int expected = found.size() - found.size() / 2 + 1;
                    if (durability == Durability.SYNC) {
                        assertThat(last.recovery().items()).isEqualTo(expected);
                    }
                }
            }
            after.close();
        } catch (IOException impossible) {
            throw new AssertionError("power cut before call " + disk.calls(), impossible);
        }
    }
}
