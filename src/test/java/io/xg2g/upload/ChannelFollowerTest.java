package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.packaging.ChannelTime;
import io.xg2g.packaging.PublishedWindows;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.queue.Delivery;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueOptions;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is uploaded of a channel that has stopped. */
class ChannelFollowerTest {
    private final ManualTime time = new ManualTime();
    private final UploadMetrics metrics = new UploadMetrics(new SimpleMeterRegistry());
    private final List<HybridQueue<Upload>> open = new ArrayList<>();
    private UploadQueues queues;
    private SegmentTimeline timeline;

    private HybridQueue<Upload> queue(String name) throws IOException {
        HybridQueue<Upload> queue = HybridQueue.open(QueueOptions.named(name), new UploadSerializer());
        open.add(queue);
        return queue;
    }

    @BeforeEach
    void channelThatHasStopped() throws IOException {
        queues = new UploadQueues(
                new UploadQueues.Queues(queue("premium"), queue("others"), queue("deletions")),
                64 << 20,
                TestUploadConfig.of(Map.of()),
                metrics,
                () -> {});
        ChannelTime channel = new ChannelTime(time, time.instant());
        timeline = new SegmentTimeline(
                ChannelTime.seconds(channel.begin(0)),
                new AtomicLong()::getAndIncrement,
                Duration.ofMinutes(1),
                1 << 20,
                _ -> {});
        PublishedWindows.publish(timeline, channel);
        PublishedWindows.publish(timeline, channel);
        timeline.end();
    }

    @AfterEach
    void close() throws IOException {
        for (HybridQueue<Upload> queue : open) {
            queue.close();
        }
    }

    /** Returns the playlists that are uploaded. */
    private List<String> follow(boolean elsewhere, boolean stopping) {
        new ChannelFollower(
                        new ChannelFollower.Followed("tv", 7, "TV", timeline, () -> elsewhere),
                        queues,
                        metrics,
                        Duration.ofMinutes(1),
                        () -> stopping)
                .run();
        List<String> playlists = new ArrayList<>();
        for (Optional<Delivery<Upload>> next = queues.pollOthers(); next.isPresent(); next = queues.pollOthers()) {
            if (next.get().item() instanceof Upload.Window window) {
                window.playlists().stream()
                        .filter(playlist -> playlist.name().equals(StoredObject.playlist("tv", "720p")))
                        .forEach(playlist -> playlists.add(new String(playlist.bytes(), StandardCharsets.UTF_8)));
            }
        }
        return playlists;
    }

    @Test
    void thePlaylistsOfAChannelThatHasStoppedEnd() {
        assertThat(follow(false, false)).last().asString().contains("#EXT-X-ENDLIST");
    }

    @Test
    void thePlaylistsDoNotEndWithTheProgram() {
        assertThat(follow(false, true)).isNotEmpty().noneMatch(playlist -> playlist.contains("#EXT-X-ENDLIST"));
    }

    @Test
    void nothingIsUploadedOfAChannelThatAnotherGatewayCanHaveContinued() {
        assertThat(follow(true, false)).isEmpty();
        assertThat(queues.waiting()).isZero();
    }
}
