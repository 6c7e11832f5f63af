package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** The channel {@code tv} with its own source and one player. */
record WatchedChannel(TsServer source, HlsViewer viewer) implements AutoCloseable {
    /** Adds the channel, and waits until it plays. */
    static WatchedChannel start(RunningService service, Path clip) throws IOException {
        TsServer source = TsServer.start(clip);
        try {
            assertThat(LiveChannels.add(service, "tv", source.uri().toString()).statusCode())
                    .isEqualTo(201);
            WatchedChannel channel = new WatchedChannel(source, HlsViewer.watch(service, "tv"));
            channel.awaitMore(4);
            return channel;
        } catch (RuntimeException | Error e) {
            source.close();
            throw e;
        }
    }

    /** Waits until the player has this number of further segments of each track. */
    void awaitMore(int segments) {
        awaitMore(viewer, segments);
    }

    /** Waits until a player has this number of further segments of each track. */
    static void awaitMore(HlsViewer viewer, int segments) {
        awaitSegments(
                viewer, viewer.video().segments() + segments, viewer.audio().segments() + segments);
    }

    /** Waits until a player has had this number of segments of each track. */
    static void awaitSegments(HlsViewer viewer, int segments) {
        awaitSegments(viewer, segments, segments);
    }

    private static void awaitSegments(HlsViewer viewer, int video, int audio) {
        await("segments").untilAsserted(() -> {
            assertThat(viewer.video().segments())
                    .as("%s, violations: %s", viewer.video(), viewer.violations())
                    .isGreaterThanOrEqualTo(video);
            assertThat(viewer.audio().segments())
                    .as("%s, violations: %s", viewer.audio(), viewer.violations())
                    .isGreaterThanOrEqualTo(audio);
        });
    }

    /** A wait for a state of a channel; a busy machine may need the time of several windows for one. */
    static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Patience.seconds(90)).pollInterval(Duration.ofMillis(100));
    }

    @Override
    public void close() {
        viewer.close();
        source.close();
    }
}
