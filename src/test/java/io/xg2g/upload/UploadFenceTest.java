package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.durability.ManualQueueClock;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueClock;
import io.xg2g.queue.QueueOptions;
import io.xg2g.random.RandomInput;
import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Uploads of a channel that two gateways have one after the other, each with queues of its own, to one target. */
class UploadFenceTest {
    private static final int LISTED = 3;

    private final ManualTime time = new ManualTime();
    private final MemoryTarget target = new MemoryTarget(new RandomInput(1));
    private final List<HybridQueue<Upload>> open = new ArrayList<>();
    private final Gateway a = new Gateway();
    private final Gateway b = new Gateway();

    /** Number of the latest lease; empty while Redis is away. */
    private OptionalLong latest = OptionalLong.of(0);

    /** A gateway. */
    private final class Gateway {
        private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        private final UploadMetrics metrics = new UploadMetrics(registry);
        private final TargetCircuit circuit =
                new TargetCircuit(time::nanoTime, Backoff.exact(Duration.ofSeconds(1), Duration.ofSeconds(60)));
        private final UploadQueues queues = new UploadQueues(
                new UploadQueues.Queues(queue("premium"), queue("others"), queue("deletions")),
                64 << 20,
                TestUploadConfig.of(Map.of()),
                metrics,
                () -> {});
        private final Fences fences = _ -> latest;
        private final TargetCircuit deletions =
                new TargetCircuit(time::nanoTime, Backoff.exact(Duration.ofSeconds(1), Duration.ofSeconds(60)));
        private final UploadTools tools = new UploadTools(target, circuit, deletions, metrics, fences, time::nanoTime);
        private final Uploader uploader = new Uploader(
                new Uploader.Parts(
                        queues,
                        new Lanes(1 << 20, queues.held(), time::nanoTime),
                        circuit,
                        deletions,
                        fences,
                        (channel, fence) -> new ChannelUploader(channel, fence, tools, queues::add),
                        time,
                        Duration.ofDays(30),
                        Runnable::run),
                4);
        private long fence;

        /** Gets the lease. */
        void acquire() {
            fence = latest.orElseThrow() + 1;
            latest = OptionalLong.of(fence);
        }

        /** Adds a window whose playlists name the latest ones of this gateway. */
        void add(int number) {
            queues.add(new Upload.Window("tv", fence, List.of(segment(number)), playlists(number, "")));
        }

        /** Adds playlists that say that the channel has stopped. */
        void end(int last) {
            queues.add(new Upload.Window("tv", fence, List.of(), playlists(last, "#EXT-X-ENDLIST\n")));
        }

        private List<StoredObject> playlists(int last, String end) {
            StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
            IntStream.rangeClosed(Math.max(firstOf(last), last - LISTED + 1), last)
                    .forEach(
                            number -> text.append("#EXTINF:2,\n").append(number).append(".m4s\n"));
            return List.of(
                    object("tv/720p/media.m3u8", text + end),
                    object("tv/master.m3u8", "#EXTM3U\n# by the owner of lease " + fence + "\n720p/media.m3u8\n"));
        }

        /** Sends all that can be sent. */
        void step() {
            for (int second = 0; second < 100; second++) {
                uploader.step();
                time.advance(Duration.ofSeconds(1));
            }
        }

        double superseded() {
            return registry.get("xg2g.upload.dropped.windows")
                    .tag("reason", "superseded")
                    .counter()
                    .count();
        }
    }

    private HybridQueue<Upload> queue(String name) {
        QueueClock clock = new ManualQueueClock(time);
        try {
            HybridQueue<Upload> queue = HybridQueue.open(
                    QueueOptions.named(name).with(clock).withLease(UploadQueues.LEASE), new UploadSerializer());
            open.add(queue);
            return queue;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @AfterEach
    void close() throws IOException {
        for (HybridQueue<Upload> queue : open) {
            queue.close();
        }
    }

    /** Each owner begins with a number of its own, and lists what it has cut only. */
    private static int firstOf(int number) {
        return number / 100 * 100;
    }

    private static StoredObject segment(int number) {
        return object("tv/720p/" + number + ".m4s", "segment " + number);
    }

    private static StoredObject object(String name, String content) {
        return new StoredObject(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private String stored(String name) {
        return new String(target.objects.get(name), StandardCharsets.UTF_8);
    }

    @Test
    void whatAFormerOwnerCouldNotUploadDoesNotReplaceWhatALaterOneHasUploaded() {
        a.acquire();
        a.add(0);
        a.step();
        target.gone = true;
        a.add(1);
        a.end(1);
        a.step();

        target.gone = false;
        b.acquire();
        b.add(100);
        b.end(100);
        b.step();
        a.step();

        assertThat(stored("tv/720p/media.m3u8")).contains("100.m4s").endsWith("#EXT-X-ENDLIST\n");
        assertThat(stored("tv/master.m3u8")).contains("lease 2");
        assertThat(target.history).doesNotContainKey("tv/720p/1.m4s");
        assertThat(a.queues.waiting()).isZero();
        assertThat(a.superseded()).isEqualTo(2);
        assertThat(b.superseded()).isZero();
    }

    @Test
    void playlistsOfALeaseThatEndsWithinTheUploadAreNotStored() {
        a.acquire();
        a.add(0);
        target.stored = name -> {
            if (name.endsWith("0.m4s")) {
                b.acquire();
            }
        };

        a.step();

        assertThat(target.objects).containsOnlyKeys("tv/720p/0.m4s");
        assertThat(a.queues.waiting()).isZero();
    }

    @Test
    void nothingIsUploadedWhileItIsNotKnownWhoHadTheChannelLast() {
        a.acquire();
        a.add(0);
        latest = OptionalLong.empty();
        a.step();
        assertThat(target.objects).isEmpty();
        assertThat(a.queues.waiting()).isEqualTo(1);

        latest = OptionalLong.of(a.fence);
        a.step();

        assertThat(target.objects).containsKeys("tv/720p/0.m4s", "tv/master.m3u8");
        assertThat(a.queues.waiting()).isZero();
    }

    @Test
    void whatALaterOwnerReplacedWithinARequestOfAFormerOneIsStoredAgain() {
        a.acquire();
        a.add(0);
        a.step();
        byte[] former = target.objects.get("tv/master.m3u8");
        b.acquire();
        b.add(100);
        b.step();
        target.objects.put("tv/master.m3u8", former);

        b.add(101);
        b.step();

        assertThat(stored("tv/master.m3u8")).contains("lease 2");
    }

    @Test
    void aGatewayThatGetsAChannelBackKnowsNothingOfTheTarget() {
        a.acquire();
        a.add(0);
        a.step();
        b.acquire();
        b.add(100);
        b.step();
        a.acquire();
        a.add(200);
        a.step();

        assertThat(stored("tv/master.m3u8")).contains("lease 3");
        assertThat(target.objects).containsOnlyKeys("tv/720p/200.m4s", "tv/720p/media.m3u8", "tv/master.m3u8");
    }

    @Test
    void deletionsOfAFormerOwnerSpareThePlaylistsOfALaterOne() {
        a.acquire();
        for (int number = 0; number <= LISTED; number++) {
            a.add(number);
            a.uploader.step();
        }
        a.queues.add(new Upload.Deletion("tv", a.fence, List.of("tv/480p/media.m3u8")));
        b.acquire();
        b.add(100);
        b.uploader.step();
        // Before the multivariant playlist names it.
        target.objects.put("tv/480p/media.m3u8", "#EXTM3U\n".getBytes(StandardCharsets.UTF_8));

        a.step();

        assertThat(target.objects)
                .containsKeys("tv/480p/media.m3u8", "tv/720p/media.m3u8", "tv/720p/100.m4s")
                .doesNotContainKey("tv/720p/0.m4s");
    }
}
