package io.xg2g.bench;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Model of the queue of free slots in ActiveMQ Artemis: the oldest message goes to the links of the highest priority that have credit,
 * in turns; messages expire; a broker that restarts has lost all messages and credit. One thread serves the queue, and takes the
 * same time for each frame in and each message out. Frames arrive after the latency of the network.
 *
 * @param <M> type of the messages
 */
final class SimulatedBroker<M> {
    /** Time for which a message is kept. */
    static final Duration LIFE = Duration.ofSeconds(10);

    private record Message<M>(M content, long expiresAt) {}

    /** A receiver's link. */
    final class Link {
        private final Level level;
        private final int index;
        private final Consumer<M> receiver;
        private int credit;

        private Link(Level level, Consumer<M> receiver) {
            this.level = level;
            this.index = level.links.size();
            this.receiver = receiver;
        }

        /** Adds credit. */
        void flow(int more) {
            frame(() -> {
                credit += more;
                level.ready.set(index, credit > 0);
                deliver();
            });
        }

        /** Takes all credit back. */
        void drain(Runnable drained) {
            drains++;
            frame(() -> {
                credit = 0;
                level.ready.clear(index);
                frames++;
                toClient(drained);
            });
        }

        private void take() {
            credit--;
            level.ready.set(index, credit > 0);
        }
    }

    /** The links of one priority, of which those with credit have turns. */
    private final class Level {
        private final int priority;
        private final List<Link> links = new ArrayList<>();
        private final BitSet ready = new BitSet();
        private int turn;

        private Level(int priority) {
            this.priority = priority;
        }

        private Link next() {
            int next = ready.nextSetBit(turn);
            if (next < 0) {
                next = ready.nextSetBit(0);
            }
            turn = next + 1;
            return links.get(next);
        }
    }

    private final SimulatedTime time;
    private final long latency;
    private final long service;
    /** Highest priority first. */
    private final List<Level> levels = new ArrayList<>();

    private final Deque<Message<M>> messages = new ArrayDeque<>();
    private long busyUntil;
    private long served;
    private boolean down;
    private long incarnation;

    /** Messages that came in, and those that went out; what was given back counts as one that came in. */
    long sent;

    long delivered;
    long returned;
    long expired;
    long drains;
    long frames;

    /**
     * Creates a broker without links.
     *
     * @param latency of the network, one way, in nanoseconds
     * @param service time that a frame or message takes the thread of the queue, in nanoseconds
     */
    SimulatedBroker(SimulatedTime time, long latency, long service) {
        this.time = time;
        this.latency = latency;
        this.service = service;
    }

    Link link(int priority, Consumer<M> receiver) {
        Level level = levels.stream()
                .filter(known -> known.priority == priority)
                .findFirst()
                .orElseGet(() -> {
                    Level added = new Level(priority);
                    levels.add(added);
                    levels.sort(Comparator.comparingInt((Level known) -> -known.priority));
                    return added;
                });
        Link link = new Link(level, receiver);
        level.links.add(link);
        return link;
    }

    void send(M content) {
        sent++;
        frame(() -> {
            frames++;
            messages.add(new Message<>(content, time.nanoTime() + LIFE.toNanos()));
            deliver();
        });
    }

    /** Confirms a message for good. */
    void accept() {
        frame(() -> {});
    }

    /** Gives a message back, which is then the first one again. */
    void release(M content) {
        returned++;
        frame(() -> {
            messages.addFirst(new Message<>(content, time.nanoTime() + LIFE.toNanos()));
            deliver();
        });
    }

    /** Ends the broker with its messages and all credit, and starts it again after this time. */
    void restart(long nanos, Runnable started) {
        down = true;
        incarnation++;
        messages.clear();
        for (Level level : levels) {
            level.ready.clear();
            level.links.forEach(link -> link.credit = 0);
        }
        time.after(nanos, () -> {
            down = false;
            busyUntil = time.nanoTime();
            started.run();
        });
    }

    /** Returns the share of the time in which the thread of the queue was busy. */
    double busy(long nanos) {
        return (double) served * service / nanos;
    }

    /** Starts the counters again. */
    void reset() {
        sent = 0;
        delivered = 0;
        returned = 0;
        expired = 0;
        drains = 0;
        frames = 0;
        served = 0;
    }

    /** Handles a frame after its way through the network and the frames before it, unless the broker was restarted meanwhile. */
    private void frame(Runnable action) {
        if (down) {
            return;
        }
        frames++;
        served++;
        long of = incarnation;
        busyUntil = Math.max(busyUntil, time.nanoTime() + latency) + service;
        time.after(busyUntil - time.nanoTime(), () -> {
            if (of == incarnation) {
                action.run();
            }
        });
    }

    private void deliver() {
        while (!messages.isEmpty()) {
            Message<M> oldest = messages.getFirst();
            if (oldest.expiresAt() <= time.nanoTime()) {
                messages.removeFirst();
                expired++;
                continue;
            }
            Level best = levels.stream()
                    .filter(level -> !level.ready.isEmpty())
                    .findFirst()
                    .orElse(null);
            if (best == null) {
                return;
            }
            messages.removeFirst();
            Link link = best.next();
            link.take();
            delivered++;
            frames++;
            served++;
            busyUntil = Math.max(busyUntil, time.nanoTime()) + service;
            toClient(() -> link.receiver.accept(oldest.content()));
        }
    }

    /** Sends a frame, behind those that the thread of the queue still handles. */
    private void toClient(Runnable action) {
        long of = incarnation;
        time.after(Math.max(0, busyUntil - time.nanoTime()) + latency, () -> {
            if (of == incarnation) {
                action.run();
            }
        });
    }
}
