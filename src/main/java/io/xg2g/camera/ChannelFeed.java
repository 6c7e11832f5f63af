package io.xg2g.camera;

import io.xg2g.channel.Broadcast;
import io.xg2g.channel.LiveStream;
import io.xg2g.channel.ViewerQueue;
import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.ingest.Feed;
import io.xg2g.ingest.SourceException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Images of a running channel: a child decodes the source's bytes, which the channel receives once for all. The camera counts as
 * one of the channel's viewers, so that the channel keeps running.
 *
 * <p>A viewer joins at the latest keyframe. The frames from there to the present are decoded, but no images are made of them.
 */
final class ChannelFeed implements Feed {
    private static final Logger LOG = Logger.getLogger(ChannelFeed.class);
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

    private final LiveStream stream;
    private final Broadcast broadcast;
    private final ViewerQueue queue;
    private final MediaProcess process;

    private ChannelFeed(LiveStream stream, ViewerQueue queue, MediaProcess process) {
        this.stream = stream;
        this.broadcast = stream.raw;
        this.queue = queue;
        this.process = process;
    }

    /**
     * Subscribes to the channel.
     *
     * @param decoder starts a child that makes no images of a time from the first frame on
     */
    static ChannelFeed open(LiveStream stream, Function<Duration, MediaProcess> decoder) {
        ViewerQueue queue = stream.raw.subscribe();
        List<byte[]> past = queue.queued();
        ChannelFeed feed = new ChannelFeed(stream, queue, decoder.apply(PastFrames.duration(past)));
        // A platform thread: a blocked write to a pipe holds the carrier of a virtual one.
        Thread.ofPlatform()
                .daemon()
                .name("camera-channel-" + stream.channel.id())
                .start(() -> feed.write(past));
        return feed;
    }

    private void write(List<byte[]> past) {
        stream.viewers.streamStarted(false);
        try (OutputStream stdin = process.stdin()) {
            for (byte[] chunk : past) {
                stdin.write(chunk);
            }
            stdin.flush();
            while (!queue.isEnded()) {
                byte[] chunk = queue.take(POLL_TIMEOUT);
                if (chunk != null) {
                    stdin.write(chunk);
                    stdin.flush();
                }
            }
        } catch (IOException ended) {
            LOG.debugf("decoder of a channel's images ended: stream=%s", stream.channel.id());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            broadcast.remove(queue);
            stream.viewers.streamEnded(false);
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        return process.stdout().read(buffer);
    }

    @Override
    public SourceException end() {
        return stream.source()
                .reason()
                .orElseGet(() -> new SourceException(SourceException.Kind.ENDED, "the channel has stopped"));
    }

    @Override
    public void close() {
        broadcast.remove(queue);
        process.close();
    }
}
