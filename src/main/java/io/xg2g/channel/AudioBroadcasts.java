package io.xg2g.channel;

import io.xg2g.media.AacFrame;
import io.xg2g.media.AudioFrame;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.packaging.AudioTracks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Fan-out of a channel's AAC tracks, each as ADTS, by the names of their renditions. Thread-safe. */
public final class AudioBroadcasts {
    private final Map<String, Broadcast> broadcasts = new ConcurrentHashMap<>();
    private final CountDownLatch known = new CountDownLatch(1);
    private volatile AudioTracks tracks = AudioTracks.NONE;
    private volatile boolean ended;

    /** Sets the tracks of a new run of the segmenter. */
    void begun(List<AudioTrackInfo> audio) {
        tracks = AudioTracks.of(audio);
        known.countDown();
    }

    /**
     * Sends the next frame of a track.
     *
     * @param track index among the tracks of the run
     */
    void send(int track, AudioFrame frame) {
        if (frame instanceof AacFrame(long _, byte[] adts)) {
            of(tracks.all().get(track).name()).send(adts);
        }
    }

    /** Returns the broadcast of a track, which may have no frames yet. */
    public Broadcast of(String name) {
        Broadcast broadcast = broadcasts.computeIfAbsent(name, _ -> Broadcast.ofAdts());
        if (ended) {
            broadcast.end();
        }
        return broadcast;
    }

    /** Waits until the tracks of the source are known; empty if they are not in time. */
    public Optional<AudioTracks> awaitTracks(Duration timeout) throws InterruptedException {
        return known.await(timeout.toNanos(), TimeUnit.NANOSECONDS) ? Optional.of(tracks) : Optional.empty();
    }

    /** Ends the streams of all viewers, when the channel stops. */
    void end() {
        ended = true;
        known.countDown();
        broadcasts.values().forEach(Broadcast::end);
    }
}
