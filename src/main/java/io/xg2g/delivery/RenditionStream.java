package io.xg2g.delivery;

import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.LiveStream;
import io.xg2g.channel.ViewerMemory;
import io.xg2g.http.FlowControlledOutput;
import io.xg2g.media.AacFrame;
import io.xg2g.media.MalformedMedia;
import io.xg2g.media.TsMuxer;
import io.xg2g.packaging.AudioRendition;
import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.SegmentFiles;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.packaging.Window;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Response body of one viewer: a continuous transport stream of the published windows, from the second newest one on.
 * Uses the highest available rendition up to a height in each window.
 */
final class RenditionStream implements StreamingOutput {
    /** Interval of checks whether the stream must end. */
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

    /** Copies of a segment in memory: one read from the file, one being sent. */
    private static final long COPIES = 2;

    private final LiveStream stream;
    private final int height;
    private final String audio;
    private final RoutingContext exchange;
    private volatile boolean ended;
    private byte @Nullable [] init;
    private @Nullable TsMuxer muxer;

    /**
     * Creates the stream.
     *
     * @param height maximum height of the video, in pixels
     * @param audio name of the audio track; the default one replaces it while there is none of this name
     */
    RenditionStream(LiveStream stream, int height, String audio, RoutingContext exchange) {
        this.stream = stream;
        this.height = height;
        this.audio = audio;
        this.exchange = exchange;
    }

    /** Ends the stream: the viewer has left, or its access has ended. */
    void end() {
        ended = true;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        stream.renditionStreamStarted();
        OutputStream paced = new FlowControlledOutput(out, exchange);
        try {
            // Before the first window, any.
            long next = Math.max(SegmentTimeline.last(stream.firstWindows()), Long.MIN_VALUE + 2) - 1;
            while (!ended) {
                Timeline timeline = stream.await(next, POLL_TIMEOUT);
                for (Epoch epoch : timeline.epochs()) {
                    for (Window window : epoch.windows()) {
                        if (window.number() >= next) {
                            next = window.number() + 1;
                            write(epoch, window, paced);
                        }
                    }
                }
                if (timeline.ended()) {
                    return;
                }
            }
        } catch (InterruptedException shutdown) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the service is shutting down");
        } finally {
            stream.viewers.streamEnded(true);
        }
    }

    private void write(Epoch epoch, Window window, OutputStream out) throws IOException {
        int chosen = choose(epoch, window);
        if (chosen < 0) {
            return;
        }
        String track = epoch.tracks().get(chosen).name();
        Optional<SegmentFiles.Stored> segment =
                stream.timeline.segment(track, window.segments().get(chosen).time());
        Optional<byte[]> head = stream.timeline.init(track, epoch.start());
        if (segment.isEmpty() || head.isEmpty()) {
            // The viewer is too slow: the window has left the timeline.
            return;
        }
        long held = COPIES * segment.get().length();
        if (!ViewerMemory.OF_THE_HEAP.reserve(held)) {
            throw new IOException("no memory left for segments of slow viewers: bytes=" + held);
        }
        try {
            byte[] video = Files.readAllBytes(segment.get().file());
            out.write(muxer(head.get(), epoch).segment(video, audio(window.number())));
        } catch (NoSuchFileException deleted) {
            // Skip to the next window.
        } catch (MalformedMedia bug) {
            throw new IOException("published segment is malformed", bug);
        } finally {
            ViewerMemory.OF_THE_HEAP.release(held);
        }
    }

    private List<AacFrame> audio(long number) {
        List<AacFrame> frames = stream.timeline.audio(number, audio);
        return frames.isEmpty() ? stream.timeline.audio(number, AudioRendition.NAME) : frames;
    }

    private TsMuxer muxer(byte[] head, Epoch epoch) throws MalformedMedia {
        TsMuxer known = muxer;
        boolean hasAudio = epoch.tracks().stream().anyMatch(t -> t.kind() == Track.Kind.AUDIO);
        if (known == null) {
            known = new TsMuxer(head, hasAudio);
            muxer = known;
        } else if (!Arrays.equals(init, head)) {
            known.discontinuity(head);
        }
        known.audio(hasAudio);
        init = head;
        return known;
    }

    /**
     * Returns the index of the highest rendition up to the height, or else of the lowest, among those of the source; of slates and
     * held pictures if there are none; -1 if all are gaps.
     */
    private int choose(Epoch epoch, Window window) {
        int best = -1;
        for (int i = 0; i < epoch.tracks().size(); i++) {
            Track track = epoch.tracks().get(i);
            if (track.kind() != Track.Kind.VIDEO || window.segments().get(i).gap()) {
                continue;
            }
            if (best < 0 || better(epoch, window, i, best)) {
                best = i;
            }
        }
        return best;
    }

    /** Returns whether a rendition is better than another one: by what it shows, then by its height. */
    private boolean better(Epoch epoch, Window window, int candidate, int best) {
        Segment.Content shown = window.segments().get(candidate).content();
        int preferred = shown.compareTo(window.segments().get(best).content());
        return preferred < 0
                || (preferred == 0
                        && better(
                                epoch.tracks().get(candidate).height(),
                                epoch.tracks().get(best).height()));
    }

    private boolean better(int candidate, int best) {
        return best > height ? candidate < best : candidate <= height && candidate > best;
    }
}
