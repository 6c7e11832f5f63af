package io.xg2g.live;

import io.xg2g.media.TsEntrance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Gives the same bytes, in the same arrays, to any number of viewers. Thread-safe. */
final class Broadcast {
    /** How long a viewer waits for the first keyframe; a stream that marks none is sent from anywhere. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

    private final @Nullable TsEntrance entrance;
    private final LongSupplier nanos;
    private final ViewerMemory memory;
    private final List<Tap> taps = new CopyOnWriteArrayList<>();
    private final List<Early> waiting = new ArrayList<>();
    private boolean ended;
    private boolean watched;

    /** A viewer that came before the first keyframe. */
    private record Early(Tap tap, long since) {}

    private Broadcast(@Nullable TsEntrance entrance, LongSupplier nanos, ViewerMemory memory) {
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
        return new Broadcast(new TsEntrance(memory.entrance()), nanos, memory);
    }

    /** Of pieces that each stand for themselves. */
    static Broadcast ofPieces() {
        return ofPieces(ViewerMemory.OF_THE_HEAP);
    }

    static Broadcast ofPieces(ViewerMemory memory) {
        return new Broadcast(null, () -> 0, memory);
    }

    /** A new viewer: gets what is sent from now on. */
    synchronized Tap tap() {
        Tap tap = new Tap();
        if (ended) {
            tap.end();
        } else if (entrance == null) {
            taps.add(tap);
        } else {
            waiting.add(new Early(tap, nanos.getAsLong()));
            admit(entrance, new byte[0]);
        }
        count();
        return tap;
    }

    /** A viewer leaves. */
    synchronized void remove(Tap tap) {
        tap.end();
        taps.remove(tap);
        waiting.removeIf(early -> early.tap() == tap);
        count();
    }

    synchronized void send(byte[] piece) {
        byte[] whole = entrance == null ? piece : entrance.accept(piece);
        if (whole.length > 0) {
            long most = memory.share();
            taps.forEach(tap -> tap.offer(whole, most));
            taps.removeIf(Tap::isEnded);
            count();
        }
        if (entrance != null && !waiting.isEmpty()) {
            admit(entrance, whole);
        }
    }

    /** Those who wait begin where there is an entrance, or with what has just come where there is none in time. */
    private void admit(TsEntrance known, byte[] latest) {
        List<byte[]> entrance = known.entrance();
        long most = memory.share();
        long bytes = entrance.stream().mapToLong(chunk -> chunk.length).sum();
        // A viewer that is given all that may wait for it is cut off with the next bytes.
        List<byte[]> start = bytes == 0 || bytes > most / 2 ? List.of(latest) : entrance;
        long now = nanos.getAsLong();
        waiting.removeIf(early -> {
            boolean begins = !entrance.isEmpty() || !known.isAwaited() || now - early.since() > PATIENCE;
            if (begins) {
                start.forEach(chunk -> early.tap().offer(chunk, most));
                taps.add(early.tap());
            }
            return begins;
        });
    }

    /** The channel stops: every viewer's stream ends. */
    synchronized void end() {
        ended = true;
        taps.forEach(Tap::end);
        taps.clear();
        waiting.forEach(early -> early.tap().end());
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
        return taps.size() + waiting.size();
    }
}
