package io.xg2g.live;

import io.xg2g.media.TsEntrance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Gives the same bytes to any number of viewers. Thread-safe. */
final class Broadcast {
    /** How long a viewer waits for the first keyframe; a stream that marks none is sent from anywhere. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

    private final @Nullable TsEntrance entrance;
    private final LongSupplier nanos;
    private final List<Tap> taps = new CopyOnWriteArrayList<>();
    private final List<Early> waiting = new ArrayList<>();
    private boolean ended;

    /** A viewer that came before the first keyframe. */
    private record Early(Tap tap, long since) {}

    private Broadcast(@Nullable TsEntrance entrance, LongSupplier nanos) {
        this.entrance = entrance;
        this.nanos = nanos;
    }

    /**
     * Of a transport stream: a new viewer begins with the last keyframe, or waits for the first one, and bytes come in
     * whole packets.
     *
     * @param nanos the time, as {@link System#nanoTime}
     */
    static Broadcast ofTransportStream(LongSupplier nanos) {
        return new Broadcast(new TsEntrance(), nanos);
    }

    /** Of pieces that each stand for themselves. */
    static Broadcast ofPieces() {
        return new Broadcast(null, () -> 0);
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
        return tap;
    }

    /** A viewer leaves. */
    synchronized void remove(Tap tap) {
        tap.end();
        taps.remove(tap);
        waiting.removeIf(early -> early.tap() == tap);
    }

    synchronized void send(byte[] piece) {
        byte[] whole = entrance == null ? piece : entrance.accept(piece);
        if (whole.length > 0) {
            taps.forEach(tap -> tap.offer(whole));
            taps.removeIf(Tap::isEnded);
        }
        if (entrance != null && !waiting.isEmpty()) {
            admit(entrance, whole);
        }
    }

    /** Those who wait begin where there is an entrance, or with what has just come where there is none in time. */
    private void admit(TsEntrance known, byte[] latest) {
        byte[] start = known.entrance();
        long now = nanos.getAsLong();
        waiting.removeIf(early -> {
            boolean begins = start.length > 0 || !known.isAwaited() || now - early.since() > PATIENCE;
            if (begins) {
                early.tap().offer(start.length > 0 ? start : latest);
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
    }

    synchronized int size() {
        return taps.size() + waiting.size();
    }
}
