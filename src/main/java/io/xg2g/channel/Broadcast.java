package io.xg2g.channel;

import io.xg2g.media.AdtsHeader;
import io.xg2g.media.JoinPointBuffer;
import io.xg2g.media.SilentAac;
import io.xg2g.media.TsPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Fan-out of one byte stream to any number of viewers, which share the arrays. Thread-safe. */
public final class Broadcast {
    /** Maximum wait of a viewer of a stream for its next keyframe, after which it is sent from any position. */
    private static final long MAX_WAIT = TimeUnit.SECONDS.toNanos(3);

    private static final byte[] NOTHING = {};

    private final @Nullable JoinPointBuffer joinPoints;
    private final LongSupplier nanos;
    private final ViewerMemory memory;
    private final List<ViewerQueue> queues = new CopyOnWriteArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private volatile byte[] lastSent = NOTHING;
    private boolean ended;
    private boolean watched;

    /** Viewer that subscribed before the first keyframe. */
    private static final class Waiting {
        private final ViewerQueue queue;
        private boolean receiving;
        private long receivingSince;

        Waiting(ViewerQueue queue) {
            this.queue = queue;
        }

        /** Returns whether it has waited long enough; a source that is still being opened does not count. */
        boolean isOver(byte[] latest, long now) {
            if (!receiving && latest.length > 0) {
                receiving = true;
                receivingSince = now;
            }
            return receiving && now - receivingSince > MAX_WAIT;
        }
    }

    private Broadcast(@Nullable JoinPointBuffer joinPoints, LongSupplier nanos, ViewerMemory memory) {
        this.joinPoints = joinPoints;
        this.nanos = nanos;
        this.memory = memory;
    }

    /**
     * Creates the broadcast of a transport stream: a new viewer starts at the latest keyframe, or waits for the first
     * one, and gets complete packets.
     *
     * @param nanos clock, as {@link System#nanoTime}
     */
    static Broadcast ofTransportStream(LongSupplier nanos) {
        return ofTransportStream(nanos, ViewerMemory.OF_THE_HEAP);
    }

    static Broadcast ofTransportStream(LongSupplier nanos, ViewerMemory memory) {
        return new Broadcast(new JoinPointBuffer(memory.joinPointBytes()), nanos, memory);
    }

    /** Creates the broadcast of AAC frames in ADTS, of one or two channels. */
    static Broadcast ofAdts() {
        return ofAdts(ViewerMemory.OF_THE_HEAP);
    }

    static Broadcast ofAdts(ViewerMemory memory) {
        return new Broadcast(null, () -> 0, memory);
    }

    /**
     * Returns what viewers get while the source is silent, so that they keep their connection: a null packet of a transport stream, or
     * a silent frame of AAC in the format of the last one.
     */
    public byte[] filler() {
        return joinPoints != null
                ? TsPacket.nullPacket()
                : AdtsHeader.parse(lastSent, 0).map(SilentAac::frame).orElse(NOTHING);
    }

    /** Adds a viewer. */
    public synchronized ViewerQueue subscribe() {
        ViewerQueue queue = new ViewerQueue();
        if (ended) {
            queue.end();
        } else if (joinPoints == null) {
            queues.add(queue);
        } else {
            waiting.add(new Waiting(queue));
            admit(joinPoints, NOTHING);
        }
        updateMemory();
        return queue;
    }

    /** Removes a viewer. */
    public synchronized void remove(ViewerQueue queue) {
        queue.end();
        queues.remove(queue);
        waiting.removeIf(viewer -> viewer.queue == queue);
        updateMemory();
    }

    synchronized void send(byte[] chunk) {
        byte[] packets = joinPoints == null ? chunk : joinPoints.accept(chunk);
        lastSent = chunk;
        if (packets.length > 0) {
            long maxBytes = memory.share();
            queues.forEach(queue -> queue.offer(packets, maxBytes));
            queues.removeIf(ViewerQueue::isEnded);
            updateMemory();
        }
        if (joinPoints != null && !waiting.isEmpty()) {
            admit(joinPoints, packets);
        }
    }

    /** Starts the waiting viewers at the join point, or at the latest bytes if there was no join point in time. */
    private void admit(JoinPointBuffer known, byte[] latest) {
        List<byte[]> entrance = known.packets();
        long maxBytes = memory.share();
        long bytes = entrance.stream().mapToLong(chunk -> chunk.length).sum();
        // A viewer that starts with a full queue would overflow at the next bytes.
        List<byte[]> start = bytes == 0 || bytes > maxBytes / 2 ? List.of(latest) : entrance;
        long now = nanos.getAsLong();
        waiting.removeIf(viewer -> {
            boolean begins = viewer.isOver(latest, now) || !entrance.isEmpty() || !known.mayHaveKeyframes();
            if (begins) {
                start.forEach(chunk -> viewer.queue.offer(chunk, maxBytes));
                queues.add(viewer.queue);
            }
            return begins;
        });
    }

    /** Ends the streams of all viewers, when the channel stops. */
    synchronized void end() {
        ended = true;
        queues.forEach(ViewerQueue::end);
        queues.clear();
        waiting.forEach(viewer -> viewer.queue.end());
        waiting.clear();
        updateMemory();
    }

    /** Acquires the share of the memory with the first viewer, and releases it after the last one. */
    private void updateMemory() {
        boolean now = size() > 0;
        if (now != watched) {
            watched = now;
            if (now) {
                memory.broadcastStarted();
            } else {
                memory.broadcastEnded();
            }
        }
    }

    synchronized int size() {
        return queues.size() + waiting.size();
    }
}
