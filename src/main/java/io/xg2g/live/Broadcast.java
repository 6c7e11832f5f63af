package io.xg2g.live;

import io.xg2g.media.TsEntrance;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Gives the same bytes to any number of viewers. Thread-safe. */
final class Broadcast {
    private final @Nullable TsEntrance entrance;
    private final List<Tap> taps = new CopyOnWriteArrayList<>();
    private boolean ended;

    private Broadcast(@Nullable TsEntrance entrance) {
        this.entrance = entrance;
    }

    /** Of a transport stream: a new viewer begins with the last keyframe, and bytes come in whole packets. */
    static Broadcast ofTransportStream() {
        return new Broadcast(new TsEntrance());
    }

    /** Of pieces that each stand for themselves. */
    static Broadcast ofPieces() {
        return new Broadcast(null);
    }

    /** A new viewer: gets what is sent from now on. */
    synchronized Tap tap() {
        Tap tap = new Tap();
        if (entrance != null) {
            tap.offer(entrance.entrance());
        }
        if (ended) {
            tap.end();
        } else {
            taps.add(tap);
        }
        return tap;
    }

    /** A viewer leaves. */
    void remove(Tap tap) {
        tap.end();
        taps.remove(tap);
    }

    synchronized void send(byte[] piece) {
        byte[] whole = entrance == null ? piece : entrance.accept(piece);
        if (whole.length > 0) {
            taps.forEach(tap -> tap.offer(whole));
            taps.removeIf(Tap::isEnded);
        }
    }

    /** The channel stops: every viewer's stream ends. */
    synchronized void end() {
        ended = true;
        taps.forEach(Tap::end);
        taps.clear();
    }

    int size() {
        return taps.size();
    }
}
