package io.xg2g.camera;

import io.xg2g.channel.LiveStream;
import io.xg2g.channel.LiveStreams;
import io.xg2g.ffmpeg.MediaProcesses;
import io.xg2g.ingest.Feed;
import io.xg2g.ingest.Feeds;
import io.xg2g.ingest.Source;
import io.xg2g.ingest.SourceException;
import io.xg2g.problem.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Opens the images of cameras. */
@Singleton
class CameraFeeds {
    private final Feeds feeds;
    private final LiveStreams streams;
    private final MediaProcesses processes;

    CameraFeeds(Feeds feeds, LiveStreams streams, MediaProcesses processes) {
        this.feeds = feeds;
        this.streams = streams;
        this.processes = processes;
    }

    /**
     * Opens the source of a camera; blocks until it has accepted the connection.
     *
     * @throws SourceException if it cannot be opened
     */
    Feed open(Camera camera, Duration timeout) throws SourceException, InterruptedException {
        return switch (camera.input()) {
            case Camera.Input.Own(Source source) -> feeds.frames(source, camera.options(), timeout);
            case Camera.Input.OfChannel(String channel) -> {
                LiveStream stream = stream(channel);
                yield ChannelFeed.open(stream, skipped -> processes.framesOfStream(camera.options(), skipped));
            }
        };
    }

    private LiveStream stream(String channel) throws SourceException {
        try {
            return streams.open(channel);
        } catch (ProblemException refused) {
            throw new SourceException(
                    SourceException.Kind.UNREACHABLE,
                    "the channel cannot be opened: " + refused.problem().detail());
        }
    }
}
