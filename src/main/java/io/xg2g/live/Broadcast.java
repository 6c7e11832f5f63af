package io.xg2g.live;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Gives the same bytes to any number of viewers. Thread-safe; one thread sends. */
final class Broadcast {
    private final List<Tap> taps = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    /** A new viewer: gets what is sent from now on. */
    Tap tap() {
        Tap tap = new Tap();
        taps.add(tap);
        if (ended) {
            tap.end();
        }
        return tap;
    }

    /** A viewer leaves. */
    void remove(Tap tap) {
        tap.end();
        taps.remove(tap);
    }

    void send(byte[] chunk) {
        taps.forEach(tap -> tap.offer(chunk));
        taps.removeIf(Tap::isEnded);
    }

    /** The channel stops: every viewer's stream ends. */
    void end() {
        ended = true;
        taps.forEach(Tap::end);
        taps.clear();
    }

    int size() {
        return taps.size();
    }
}
