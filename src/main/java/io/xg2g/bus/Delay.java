package io.xg2g.bus;

import java.time.Duration;

/** Does something later; a test decides when. */
interface Delay {

    void run(Duration after, Runnable action);

    /** A virtual thread that sleeps costs a few hundred bytes; nobody has to end it. */
    static Delay system() {
        return (after, action) -> Thread.ofVirtual().name("bus-delay").start(() -> {
            try {
                Thread.sleep(after);
                action.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
