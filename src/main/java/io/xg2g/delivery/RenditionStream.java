package io.xg2g.delivery;

import io.vertx.core.http.HttpServerResponse;
import io.xg2g.channel.LiveStream;
import io.xg2g.channel.ViewerMemory;
import io.xg2g.http.FlowControlledOutput;
import io.xg2g.media.MalformedMedia;
import io.xg2g.media.TsMuxer;
import io.xg2g.packaging.Epoch;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One viewer's continuous transport stream of renditions: the published windows one after the other, beginning with the
 * newest but one. Where a rendition was left out, the nearest one that is there takes its place.
 */
final class RenditionStream implements StreamingOutput {
    /** After so long it looks whether it is to end. */
    private static final Duration SLICE = Duration.ofMillis(500);

    /** A segment is held as it was read and as it is sent. */
    private static final long HELD_FOR_EACH_BYTE = 2;

    private final LiveStream stream;
    private final int height;
    private final HttpServerResponse response;
    private volatile boolean over;
    private byte @Nullable [] init;
    private @Nullable TsMuxer muxer;

    /**
     * A stream that is not written yet.
     *
     * @param height of the picture at most, in pixels
     */
    RenditionStream(LiveStream stream, int height, HttpServerResponse response) {
        this.stream = stream;
        this.height = height;
        this.response = response;
    }

    /** Its viewer has left, or is to be sent no more. */
    void end() {
        over = true;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        stream.renditionStreamBegins();
        OutputStream paced = new FlowControlledOutput(out, response);
        try {
            long next = SegmentTimeline.last(stream.firstWindows()) - 1;
            while (!over) {
                Timeline timeline = stream.await(next, SLICE);
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
        } catch (InterruptedException cut) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the service ends");
        } finally {
            stream.viewers.streamEnds(true);
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
            // The viewer is so slow that the window has gone meanwhile.
            return;
        }
        long held = HELD_FOR_EACH_BYTE * segment.get().length();
        if (!ViewerMemory.OF_THE_HEAP.reserve(held)) {
            throw new IOException("the segments that wait for viewers take all of the memory that they may");
        }
        try {
            byte[] video = Files.readAllBytes(segment.get().file());
            out.write(muxer(head.get(), epoch).segment(video, stream.timeline.audio(window.number())));
        } catch (NoSuchFileException deleted) {
            // By others: the viewer goes on with the next window.
        } catch (MalformedMedia bug) {
            throw new IOException("a published segment cannot be read", bug);
        } finally {
            ViewerMemory.OF_THE_HEAP.release(held);
        }
    }

    private TsMuxer muxer(byte[] head, Epoch epoch) throws MalformedMedia {
        TsMuxer known = muxer;
        if (known == null) {
            known = new TsMuxer(head, epoch.tracks().stream().anyMatch(t -> t.kind() == Track.Kind.AUDIO));
            muxer = known;
        } else if (!Arrays.equals(init, head)) {
            known.discontinuity(head);
        }
        init = head;
        return known;
    }

    /** The index of the highest picture that is not above the wanted height, or else the lowest; -1 where all are gaps. */
    private int choose(Epoch epoch, Window window) {
        int best = -1;
        for (int i = 0; i < epoch.tracks().size(); i++) {
            Track track = epoch.tracks().get(i);
            if (track.kind() != Track.Kind.VIDEO || window.segments().get(i).gap()) {
                continue;
            }
            if (best < 0 || better(track.height(), epoch.tracks().get(best).height())) {
                best = i;
            }
        }
        return best;
    }

    private boolean better(int candidate, int best) {
        return best > height ? candidate < best : candidate <= height && candidate > best;
    }
}
