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

/**
 * Fan-out of a channel's AAC tracks, each as ADTS: the default one, and those that viewers have chosen. What is chosen is a track and
 * not the name of its rendition, which another track can have in the next run of the segmenter. Thread-safe.
 */
public final class AudioBroadcasts {
    private final Broadcast standard = Broadcast.ofAdts();
    private final Map<AudioTrackInfo, Broadcast> chosen = new ConcurrentHashMap<>();
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
            if (track == 0) {
                standard.send(adts);
            }
            chosen.forEach((info, viewed) -> {
                if (track == tracks.indexOrDefault(info)) {
                    viewed.send(adts);
                }
            });
        }
    }

    /** Returns the broadcast of the default track, which may have no frames yet. */
    public Broadcast standard() {
        return standard;
    }

    /** Returns the broadcast of a track of the source, which has its frames from now on; while it is missing, those of the default. */
    public Broadcast of(AudioTrackInfo track) {
        Broadcast broadcast = chosen.computeIfAbsent(track, _ -> Broadcast.ofAdts());
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
        standard.end();
        chosen.values().forEach(Broadcast::end);
    }
}
