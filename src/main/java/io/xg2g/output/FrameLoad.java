package io.xg2g.output;

import io.xg2g.camera.Frame;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Measures how much the cameras send. Thread-safe. */
final class FrameLoad {
    private static final Duration SHORTEST = Duration.ofSeconds(5);

    private final LongSupplier nanos;
    private final Set<String> cameras = new HashSet<>();
    private long since;
    private long frames;
    private long bytes;

    /**
     * Begins to measure.
     *
     * @param nanos monotonic clock
     */
    FrameLoad(LongSupplier nanos) {
        this.nanos = nanos;
        since = nanos.getAsLong();
    }

    synchronized void add(Frame frame) {
        cameras.add(frame.camera());
        frames++;
        bytes += frame.jpeg().size();
    }

    /** Returns the load since the last call that returned one; empty after less than 5 s, or without a frame. */
    synchronized Optional<RedisMemory.Load> measured() {
        long now = nanos.getAsLong();
        Duration over = Duration.ofNanos(now - since);
        if (over.compareTo(SHORTEST) < 0) {
            return Optional.empty();
        }
        Optional<RedisMemory.Load> load =
                frames == 0 ? Optional.empty() : Optional.of(new RedisMemory.Load(cameras.size(), frames, bytes, over));
        since = now;
        frames = 0;
        bytes = 0;
        cameras.clear();
        return load;
    }
}
