package io.xg2g.upload;

import io.xg2g.channel.LiveStream;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Timeline;
import io.xg2g.schedule.TimeSource;
import io.xg2g.upload.UploadMetrics.Dropped;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Adds each complete window of a running channel to the upload queues. It waits for windows as a player does, in a thread of
 * its own, so that neither a slow disk nor a dead target delays the channel.
 */
final class ChannelFollower {
    private static final Logger LOG = Logger.getLogger(ChannelFollower.class);
    private static final Duration WAIT = Duration.ofSeconds(30);

    /** Before it is asked again whether the lease of a channel is valid again. */
    private static final Duration LAPSED_PAUSE = Duration.ofMillis(500);

    private final Followed followed;
    private final UploadQueues queues;
    private final UploadMetrics metrics;
    private final BooleanSupplier stopping;
    private final ChannelWindows windows;

    /**
     * Channel that is followed.
     *
     * @param fence number of the lease of the channel
     * @param elsewhere whether another gateway can have the channel, or could have it when it was stopped
     */
    record Followed(String id, long fence, String name, SegmentTimeline timeline, BooleanSupplier elsewhere) {
        static Followed of(LiveStream stream) {
            return new Followed(
                    stream.channel.id(), stream.fence, stream.channel.name(), stream.timeline, stream::isElsewhere);
        }
    }

    /**
     * Creates the follower of a channel.
     *
     * @param window time shift buffer depth of the manifest
     * @param stopping whether the program is ending; the playlists are not ended then, nor if another gateway can have the channel,
     *     since it goes on after that
     */
    ChannelFollower(
            Followed followed, UploadQueues queues, UploadMetrics metrics, Duration window, BooleanSupplier stopping) {
        this.followed = followed;
        this.queues = queues;
        this.metrics = metrics;
        this.stopping = stopping;
        windows = new ChannelWindows(
                followed.id(),
                followed.fence(),
                followed.name(),
                new Segments(followed.timeline()),
                window,
                TimeSource.SYSTEM);
    }

    void start() {
        Thread.ofVirtual().name("upload-follow-" + followed.id()).start(this::run);
    }

    /** Follows the channel until it has ended. */
    void run() {
        try {
            long last = Long.MIN_VALUE;
            Timeline timeline = followed.timeline().await(last + 1, WAIT);
            Timeline uploaded = timeline;
            while (!timeline.ended()) {
                last = add(timeline, last);
                uploaded = timeline.isEmpty() ? uploaded : timeline;
                timeline = followed.timeline().await(last + 1, WAIT);
            }
            // A channel that is encoded again after a pause has no windows at first.
            end(
                    timeline.isEmpty()
                            ? new Timeline(uploaded.epochs(), uploaded.targetDurationSeconds(), true)
                            : timeline,
                    last);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.errorf(bug, "channel not uploaded any further: stream=%s", followed.id());
        }
    }

    /**
     * Adds the windows after the one of a number; returns the number of the last one. Adds nothing while another gateway can have the
     * channel: if it was not so, the windows are added later.
     */
    private long add(Timeline timeline, long last) throws InterruptedException {
        long newest = SegmentTimeline.last(timeline);
        if (newest <= last) {
            return last;
        }
        if (followed.elsewhere().getAsBoolean()) {
            Thread.sleep(LAPSED_PAUSE);
            return last;
        }
        List<Upload.Window> added = windows.after(timeline, last);
        if (last != Long.MIN_VALUE && newest - last > added.size()) {
            metrics.dropped(Dropped.BEHIND, newest - last - added.size());
        }
        added.forEach(queues::add);
        return newest;
    }

    /**
     * Adds what is left after the channel has stopped, and playlists that say so. Adds nothing if another gateway can have continued
     * the channel before.
     */
    private void end(Timeline timeline, long last) throws InterruptedException {
        if (followed.elsewhere().getAsBoolean()) {
            LOG.infof("upload of a channel ended, another gateway can have it: stream=%s", followed.id());
        } else if (stopping.getAsBoolean()) {
            add(new Timeline(timeline.epochs(), timeline.targetDurationSeconds(), false), last);
        } else if (add(timeline, last) == last && last != Long.MIN_VALUE) {
            queues.add(windows.end(timeline));
        }
    }

    /** The segments of a timeline. */
    private record Segments(SegmentTimeline timeline) implements ChannelWindows.Media {
        @Override
        public Optional<byte[]> segment(String track, long time) {
            return timeline.segment(track, time).flatMap(stored -> {
                try {
                    return Optional.of(Files.readAllBytes(stored.file()));
                } catch (IOException gone) {
                    LOG.warnf("segment not uploaded, a gap in the playlists: reason=%s", gone.getMessage());
                    return Optional.empty();
                }
            });
        }

        @Override
        public Optional<byte[]> init(String track, long epochStart) {
            return timeline.init(track, epochStart);
        }
    }
}
