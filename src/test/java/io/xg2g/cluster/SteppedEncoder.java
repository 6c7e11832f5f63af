package io.xg2g.cluster;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Encoder whose units end one by one, as the test tells. */
final class SteppedEncoder extends FakeEncoder {
    private final Semaphore ends = new Semaphore(0, true);

    SteppedEncoder() {
        super(Duration.ZERO);
    }

    @Override
    void pause() throws InterruptedException {
        ends.acquire();
    }

    /** Ends the unit that has run longest. */
    void endOne() {
        ends.release();
    }
}
