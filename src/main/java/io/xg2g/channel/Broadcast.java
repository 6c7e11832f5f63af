package io.xg2g.channel;

import io.xg2g.media.JoinPointBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Gives the same bytes, in the same arrays, to any number of viewers. Thread-safe. */
public final class Broadcast {
    /** How long a viewer waits for the first keyframe; a stream that marks none is sent from anywhere. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

    private final @Nullable JoinPointBuffer entrance;
    private final LongSupplier nanos;
    private final ViewerMemory memory;
    private final List<ViewerQueue> queues = new CopyOnWriteArrayList<>();
    private final List<Early> waiting = new ArrayList<>();
    private boolean ended;
    private boolean watched;

    /** A viewer that came before the first keyframe. */
    private record Early(ViewerQueue queue, long since) {}

    private Broadcast(@Nullable JoinPointBuffer entrance, LongSupplier nanos, ViewerMemory memory) {
        this.entrance = entrance;
        this.nanos = nanos;
        this.memory = memory;
    }

    /**
     * Of a transport stream: a new viewer begins with the last keyframe, or waits for the first one, and bytes come in
     * whole packets.
     *
     * @param nanos the time, as {@link System#nanoTime}
     */
    static Broadcast ofTransportStream(LongSupplier nanos) {
        return ofTransportStream(nanos, ViewerMemory.OF_THE_HEAP);
    }

    static Broadcast ofTransportStream(LongSupplier nanos, ViewerMemory memory) {
        return new Broadcast(new JoinPointBuffer(memory.entrance()), nanos, memory);
    }

    /** Of pieces that each stand for themselves. */
    static Broadcast ofPieces() {
        return ofPieces(ViewerMemory.OF_THE_HEAP);
    }

    static Broadcast ofPieces(ViewerMemory memory) {
        return new Broadcast(null, () -> 0, memory);
    }

    /** A new viewer: gets what is sent from now on. */
    public synchronized ViewerQueue subscribe() {
        ViewerQueue queue = new ViewerQueue();
        if (ended) {
            queue.end();
        } else if (entrance == null) {
            queues.add(queue);
        } else {
            waiting.add(new Early(queue, nanos.getAsLong()));
            admit(entrance, new byte[0]);
        }
        count();
        return queue;
    }

    /** A viewer leaves. */
    public synchronized void remove(ViewerQueue queue) {
        queue.end();
        queues.remove(queue);
        waiting.removeIf(early -> early.queue() == queue);
        count();
    }

    synchronized void send(byte[] piece) {
        byte[] whole = entrance == null ? piece : entrance.accept(piece);
        if (whole.length > 0) {
            long most = memory.share();
            queues.forEach(queue -> queue.offer(whole, most));
            queues.removeIf(ViewerQueue::isEnded);
            count();
        }
        if (entrance != null && !waiting.isEmpty()) {
            admit(entrance, whole);
        }
    }

    /** Those who wait begin where there is an entrance, or with what has just come where there is none in time. */
    private void admit(JoinPointBuffer known, byte[] latest) {
        List<byte[]> entrance = known.packets();
        long most = memory.share();
        long bytes = entrance.stream().mapToLong(chunk -> chunk.length).sum();
        // A viewer that is given all that may wait for it is cut off with the next bytes.
        List<byte[]> start = bytes == 0 || bytes > most / 2 ? List.of(latest) : entrance;
        long now = nanos.getAsLong();
        waiting.removeIf(early -> {
            boolean begins = !entrance.isEmpty() || !known.mayHaveKeyframes() || now - early.since() > PATIENCE;
            if (begins) {
                start.forEach(chunk -> early.queue().offer(chunk, most));
                queues.add(early.queue());
            }
            return begins;
        });
    }

    /** The channel stops: every viewer's stream ends. */
    synchronized void end() {
        ended = true;
        queues.forEach(ViewerQueue::end);
        queues.clear();
        waiting.forEach(early -> early.queue().end());
        waiting.clear();
        count();
    }

    /** Takes and gives back the share of the memory, as there are viewers or none. */
    private void count() {
        boolean now = size() > 0;
        if (now != watched) {
            watched = now;
            if (now) {
                memory.begins();
            } else {
                memory.ends();
            }
        }
    }

    synchronized int size() {
        return queues.size() + waiting.size();
    }
}
